import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { spawnCloud, type StartCloudOptions } from "../support/start-cloud.ts";
import { copyFixture, FIXTURE, startFixture } from "./fixture.ts";
import { temporaryFolder } from "../support/folders.ts";

/** Runs the command to its end. */
async function run(
  options: Partial<StartCloudOptions>,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawnCloud({ projectFolder: FIXTURE, ...options });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
}

test.each([
  ["start", "npm start --"],
  ["", "npx local-cloud"],
])("--help goes to stdout and succeeds (called by npm's %j)", async (script, command) => {
  const { code, out, err } = await run({ args: ["--help"], env: { npm_lifecycle_event: script } });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain(`${command} [options] [path/to/cdk.out]`);
});

test("a --node that is none is one sentence and exit code 1", async () => {
  const { code, out, err } = await run({ args: ["--node", "/bin/false"] });
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err.trim().split("\n").at(-1)).toBe(
    "/bin/false is no Node: --node names a program such as bin/node.",
  );
});

test("an unknown option is one sentence and exit code 2", async () => {
  expect(await run({ args: ["--prot"] })).toEqual({
    code: 2,
    out: "",
    err: "Unknown option '--prot'; see --help.\n",
  });
});

test("a taken port is one sentence and exit code 1", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await run({ args: ["--port", String(port)] })).toEqual({
    code: 1,
    out: "",
    err: `Port ${port} is taken: stop what uses it, or choose another with --port (0 picks a free one).\n`,
  });
});

test("a database that does not answer is one sentence", async () => {
  const { code, err } = await run({ env: { DYNAMODB_ENDPOINT: "http://127.0.0.1:1" } });
  expect(code).toBe(1);
  expect(err).toMatch(/^[^\n]*http:\/\/127\.0\.0\.1:1[^\n]*\n$/);
});

test("an app that does not synthesize is a sentence and its own message, without a stack", async () => {
  expect(await run({ context: { greeting: "forbidden" } })).toEqual({
    code: 1,
    out: "",
    err:
      "The app could not be synthesized: `node --import tsx bin/app.ts` ended with 1.\n" +
      "  The setting `greeting` may not be forbidden.\n",
  });
});

test("a folder that is no project is one sentence", async () => {
  const folder = temporaryFolder();
  expect(await run({ projectFolder: folder })).toMatchObject({
    code: 1,
    err: `There is no cdk.json in ${folder}: start in the project's folder, or name the folder of an assembly.\n`,
  });
});

test("an assembly that is none is one sentence", async () => {
  const { code, err } = await run({ args: ["no-such-cdk.out"] });
  expect(code).toBe(1);
  expect(err).toMatch(
    /^The app cannot be served locally: \S+no-such-cdk\.out is not a readable cloud assembly: [^\n]+\n$/,
  );
});

test("a folder in use is one sentence that names the process", async () => {
  const dataFolder = temporaryFolder();
  const first = await startFixture({ ephemeral: false, dataFolder });
  expect(await run({ ephemeral: false, dataFolder })).toEqual({
    code: 1,
    out: "",
    err: `The folder ${dataFolder} is in use by process ${first.pid}: stop that one, or choose another folder with --data.\n`,
  });
});

test("the folder of a killed one is free again", async () => {
  const dataFolder = temporaryFolder();
  const first = await startFixture({ ephemeral: false, dataFolder });
  await first.kill();
  await startFixture({ ephemeral: false, dataFolder });
});

test("a synthesized assembly is served as it stands, from wherever one is", async () => {
  const { createSynthesizer } = await import("../../assembly/synthesize.ts");
  const cacheFolder = join(FIXTURE, "../../.local/assemblies");
  const settings = { stage: "local", greeting: "as it stands" };
  const synthesis = await createSynthesizer({ folder: FIXTURE, settings, cacheFolder }).synthesize();
  const folder = synthesis.type === "synthesized" ? synthesis.folder : "";
  const cloud = await startFixture({ projectFolder: temporaryFolder(), args: [folder] });
  const response = await fetch(`${cloud.httpUrl}/open`);
  expect(await response.json()).toMatchObject({ greeting: "as it stands" });
});

test("the project's path may hold what means something in a URL or a shell", async () => {
  const projectFolder = copyFixture("it's 100%25 #1 $HOME");
  const cloud = await startFixture({ projectFolder });
  const response = await fetch(`${cloud.httpUrl}/open`);
  expect(await response.json()).toMatchObject({ greeting: "hello" });
});
