import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSynthesizer, type Synthesis } from "../../assembly/synthesize.ts";
import { temporaryFolder } from "./made-assembly.ts";

/** A project whose app writes the least there is to an assembly, and a line for each of its runs. */
function smallProject(app = "node app.cjs"): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app, context: { fromFile: "1", both: "file" } }));
  writeFileSync(
    join(folder, "app.cjs"),
    `const fs = require("node:fs");
     fs.appendFileSync("runs", ".");
     const { CDK_OUTDIR, CDK_CONTEXT_JSON } = process.env;
     fs.writeFileSync(CDK_OUTDIR + "/context.json", CDK_CONTEXT_JSON);
     setTimeout(() => fs.writeFileSync(CDK_OUTDIR + "/manifest.json", "{}"), 300);`,
  );
  return folder;
}

const runsOf = async (folder: string): Promise<number> => {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(join(folder, "runs"), "utf8").catch(() => "")).length;
};

const synthesize = (folder: string, settings: Record<string, string> = {}): Promise<Synthesis> =>
  createSynthesizer({ folder, settings, cacheFolder: join(folder, "cache") }).synthesize();

test("the app gets its context as the CDK's command line gives it, settings above cdk.json", async () => {
  const folder = smallProject();
  const synthesis = await synthesize(folder, { both: "setting" });
  expect(synthesis).toMatchObject({ type: "synthesized", reused: false });
  const { readFile } = await import("node:fs/promises");
  const output = synthesis.type === "synthesized" ? synthesis.folder : "";
  expect(JSON.parse(await readFile(join(output, "context.json"), "utf8"))).toEqual({
    fromFile: "1",
    both: "setting",
    "aws:cdk:enable-path-metadata": true,
  });
});

test("unchanged sources and settings start from the assembly there is; changed ones do not", async () => {
  const folder = smallProject();
  await synthesize(folder);
  expect(await synthesize(folder)).toMatchObject({ reused: true });
  expect(await runsOf(folder)).toBe(1);

  expect(await synthesize(folder, { another: "setting" })).toMatchObject({ reused: false });
  writeFileSync(join(folder, "bin/new.ts"), "export {};");
  expect(await synthesize(folder)).toMatchObject({ reused: false });
  expect(await runsOf(folder)).toBe(3);
});

test("of several at once, one runs the app and all get the same assembly", async () => {
  const folder = smallProject();
  const all = await Promise.all([synthesize(folder), synthesize(folder), synthesize(folder)]);
  expect(new Set(all.map((one) => one.type === "synthesized" && one.folder)).size).toBe(1);
  expect(await runsOf(folder)).toBe(1);
  expect(readdirSync(join(folder, "cache"))).toHaveLength(1);
});

test("a failed run leaves nothing that a later one would take for an assembly", async () => {
  const folder = smallProject("echo broken >&2; exit 3");
  expect(await synthesize(folder)).toMatchObject({
    type: "failed",
    message: "The app could not be synthesized: `echo broken >&2; exit 3` ended with 3.\n  broken",
  });
  expect(readdirSync(join(folder, "cache"))).toEqual([]);
});

test("an app that writes no assembly is told so", async () => {
  expect(await synthesize(smallProject("true"))).toMatchObject({
    type: "failed",
    message: "The app could not be synthesized: it wrote no assembly.",
  });
});

test("closing ends a run in progress", async () => {
  const folder = smallProject("touch runs; exec sleep 60");
  const cacheFolder = join(folder, "cache");
  const synthesizer = createSynthesizer({ folder, settings: {}, cacheFolder });
  const running = synthesizer.synthesize();
  await expect.poll(() => existsSync(join(folder, "runs"))).toBe(true);
  await synthesizer.close();
  expect(await running).toMatchObject({ type: "failed" });
});

test("the place of the project does not change the hash", async () => {
  const folder = smallProject();
  const copy = join(temporaryFolder(), "elsewhere");
  cpSync(folder, copy, { recursive: true });
  symlinkSync(join(folder, "cache"), join(copy, "cache"));
  const [here, there] = [await synthesize(folder), await synthesize(copy)];
  expect(there.hash).toBe(here.hash);
  expect(there).toMatchObject({ reused: true });
});
