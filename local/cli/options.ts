import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Options } from "../start/options.ts";

export type OptionsOutcome =
  | { readonly type: "run"; readonly options: Options }
  | { readonly type: "help" }
  /** One sentence. */
  | { readonly type: "misused"; readonly message: string };

/** @param command how the local cloud was called */
export const helpFor = (command: string): string => `Serves the app on this machine as it would run deployed.

  ${command} [options] [path/to/cdk.out]

  --port N        port of both APIs; 0 picks a free one (default 3000, or PORT)
  --ephemeral     keep data in memory only
  --data DIR      keep data in DIR (default .local)
  -c key=value    a setting of the app, e.g. -c presenceGraceSeconds=0; may be repeated
  --node PATH     the Node that runs the functions (default: one of their runtime's major, if this is one or
                  the project has the package node-<platform>-<arch> of it; else the one this runs on)
  --serve-the-rest
                  go past what is not served locally and list it, instead of refusing to start
  --site DIR      serve the files of DIR at /, beneath the routes of the APIs
  --no-watch      do not follow changes of the sources
  --json          one line of JSON on stdout when ready, everything else on stderr
  --help          this text

Given the folder of a synthesized assembly, serves that as it stands; otherwise synthesizes the project
in the current folder for the stage local, and again whenever its sources change.

DYNAMODB_ENDPOINT names a running DynamoDB to use instead of an embedded one. NO_COLOR is honoured.
`;

/** @param isTerminal whether what is printed is read by a person at a terminal */
export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): OptionsOutcome {
  const parsed = parse(args);
  if (typeof parsed === "string") return misused(parsed);
  const { values, positionals } = parsed;
  if (values.help === true) return { type: "help" };

  const portText = values.port ?? (env["PORT"] === "" ? undefined : env["PORT"]) ?? "3000";
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65_535) {
    return misused(`The port must be a number from 0 to 65535, not "${portText}".`);
  }
  const settings: Record<string, string> = { stage: "local" };
  for (const pair of values.context ?? []) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || value === undefined) {
      return misused(`A setting reads key=value, not "${pair}".`);
    }
    settings[key] = value;
  }
  const [assemblyFolder, ...further] = positionals;
  if (further.length > 0) return misused("Only one assembly can be served at a time.");
  if (assemblyFolder !== undefined && values.context !== undefined) {
    return misused("Settings are for synthesis; a given assembly is served as it stands.");
  }
  const databaseEndpoint = env["DYNAMODB_ENDPOINT"];
  if (databaseEndpoint && !URL.canParse(databaseEndpoint)) {
    return misused(`DYNAMODB_ENDPOINT must be a URL, not "${databaseEndpoint}".`);
  }
  return {
    type: "run",
    options: {
      port,
      ephemeral: values.ephemeral ?? false,
      json: values.json ?? false,
      dataFolder: resolve(values.data ?? ".local"),
      settings,
      ...(assemblyFolder === undefined ? {} : { assemblyFolder: resolve(assemblyFolder) }),
      ...(databaseEndpoint ? { databaseEndpoint } : {}),
      ...(values.node === undefined ? {} : { node: resolve(values.node) }),
      serveTheRest: values["serve-the-rest"] ?? false,
      ...(values.site === undefined ? {} : { siteFolder: resolve(values.site) }),
      watch: values["no-watch"] !== true,
      color: isTerminal && !env["NO_COLOR"],
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: "string" },
        ephemeral: { type: "boolean" },
        json: { type: "boolean" },
        data: { type: "string" },
        context: { type: "string", short: "c", multiple: true },
        node: { type: "string" },
        "serve-the-rest": { type: "boolean" },
        site: { type: "string" },
        "no-watch": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Node's own sentences name the option; what follows the first is about quoting positionals.
    const [sentence = "Unknown option"] = (error as Error).message.split(/\.\s|\n/);
    return `${sentence.replace(/\.$/, "")}; see --help.`;
  }
}

const misused = (message: string): OptionsOutcome => ({ type: "misused", message });
