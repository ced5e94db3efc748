import { join } from "node:path";
import { expect, test } from "vitest";
import { parseOptions } from "../../cli/options.ts";

const parse = (args: readonly string[], env: Record<string, string> = {}) => parseOptions(args, env, true);

test("without arguments, the project is served on port 3000 and kept in .local", () => {
  expect(parse([])).toEqual({
    type: "run",
    options: {
      port: 3000,
      ephemeral: false,
      json: false,
      dataFolder: join(process.cwd(), ".local"),
      settings: { stage: "local" },
      serveTheRest: false,
      watch: true,
      color: true,
    },
  });
});

test("every argument is understood", () => {
  const args = [
    "--port",
    "0",
    "--ephemeral",
    "--json",
    "--data",
    "/d",
    "--node",
    "/n",
    "--no-watch",
    "--site",
    "/s",
  ];
  args.push("--serve-the-rest", "-c", "a=1", "-cb=x=y");
  expect(parse(args, { NO_COLOR: "1", DYNAMODB_ENDPOINT: "http://db:8000" })).toEqual({
    type: "run",
    options: {
      port: 0,
      ephemeral: true,
      json: true,
      dataFolder: "/d",
      settings: { stage: "local", a: "1", b: "x=y" },
      databaseEndpoint: "http://db:8000",
      node: "/n",
      serveTheRest: true,
      siteFolder: "/s",
      watch: false,
      color: false,
    },
  });
});

test("the port comes from the argument, else from PORT", () => {
  expect(parse([], { PORT: "81" })).toMatchObject({ options: { port: 81 } });
  expect(parse(["--port=82"], { PORT: "81" })).toMatchObject({ options: { port: 82 } });
  expect(parse([], { PORT: "" })).toMatchObject({ options: { port: 3000 } });
});

test("an assembly is served as it stands", () => {
  expect(parse(["some/cdk.out"])).toMatchObject({
    options: { assemblyFolder: join(process.cwd(), "some/cdk.out") },
  });
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  ["an unknown option", ["--prot", "1"], {}, /^Unknown option '--prot'; see --help\.$/],
  ["an option without its value", ["--port"], {}, /--port <value>.*; see --help\.$/],
  [
    "a port that is none",
    ["--port", "http"],
    {},
    /^The port must be a number from 0 to 65535, not "http"\.$/,
  ],
  ["a port beyond the last", [], { PORT: "65536" }, /not "65536"\.$/],
  ["a setting without value", ["-c", "greeting"], {}, /^A setting reads key=value, not "greeting"\.$/],
  ["two assemblies", ["a", "b"], {}, /^Only one assembly/],
  ["settings for a given assembly", ["a", "-c", "b=c"], {}, /^Settings are for synthesis/],
  [
    "an endpoint that is no URL",
    [],
    { DYNAMODB_ENDPOINT: "here" },
    /^DYNAMODB_ENDPOINT must be a URL, not "here"\.$/,
  ],
])("%s is one sentence", (_, args, env, sentence) => {
  const outcome = parse(args, env);
  expect(outcome.type).toBe("misused");
  const message = outcome.type === "misused" ? outcome.message : "";
  expect(message).toMatch(sentence);
  expect(message).not.toContain("\n");
});
