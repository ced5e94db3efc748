import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mapsIn, resolveStacks } from "../lib/bundling/source-stacks.ts";

const USAGE = `npm run stack -- [file] [--maps folder]… [--build id]

Puts our files and lines in place of the bundle's in lines of the functions' log, read from the file or from
standard input. Source maps are looked for in the folders given; otherwise in what this checkout has synthesized.
A stack that names no build, such as one that Lambda logs itself, is of the build given.
`;

/** What `cdk` and the local cloud have built here. */
function builtHere(): readonly string[] {
  const local = ".local/assemblies";
  const assemblies = existsSync(local) ? readdirSync(local).map((name) => join(local, name)) : [];
  return ["cdk.out", ...assemblies].map((assembly) => join(assembly, "bundles/source-maps"));
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      maps: { type: "string", multiple: true },
      build: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true || positionals.length > 1) {
    process.stderr.write(USAGE);
    return values.help === true ? 0 : 2;
  }
  const folders = values.maps ?? builtHere();
  const { text, missing } = resolveStacks(
    readFileSync(positionals[0] ?? 0, "utf8"),
    mapsIn(folders),
    values.build,
  );
  process.stdout.write(text);
  for (const build of missing) {
    process.stderr.write(
      build === ""
        ? "A stack names no build: say which with --build.\n"
        : `There is no source map of build ${build} in ${folders.join(", ")}.\n`,
    );
  }
  return missing.length === 0 ? 0 : 1;
}

process.exitCode = main();
