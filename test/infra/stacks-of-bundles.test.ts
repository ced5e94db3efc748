import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleFunctions, type Bundles } from "../../lib/bundling/bundle-functions.ts";

const ROOT = join(import.meta.dirname, "../..");
const THROWN = "The event bears no authorizer";
const REASON = `${THROWN}: is the authorizer attached to $connect?`;
/** Where our source throws it. */
const source = readFileSync(join(ROOT, "lambdas/websocket/caller.ts"), "utf8").split("\n");
const ORIGIN = `lambdas/websocket/caller.ts:${source.findIndex((line) => line.includes(THROWN)) + 1}:`;

let folder: string;
let bundles: Bundles;
/** What the function logs of a frame that bears no authorizer. */
let line: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parley-stacks-"));
  const outcome = await bundleFunctions(folder);
  if (outcome.type === "failed") throw new Error(outcome.problems.join("\n"));
  ({ bundles } = outcome);
  const event = { requestContext: { eventType: "CONNECT", connectionId: "c-1" } };
  line = execFileSync(
    process.execPath,
    [
      "-e",
      "require(process.argv[1]).handler(JSON.parse(process.argv[2]), { awsRequestId: 'r-1' })",
      bundles.websocket,
      JSON.stringify(event),
    ],
    {
      encoding: "utf8",
      env: {
        AWS_REGION: "eu-west-1",
        TABLE_NAME: "t",
        CALLBACK_URL: "https://127.0.0.1",
        PRESENCE_GRACE_SECONDS: "0",
        QUEUE_URL: "https://127.0.0.1/0/jobs",
        DISCLOSE_TO: "participants",
        SENDS_PER_SECOND: "0",
        TYPING_PER_SECOND: "0",
        READS_PER_SECOND: "0",
        JOINS_PER_SECOND: "0",
      },
    },
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run stack`, its input on stdin. */
function stack(
  args: readonly string[],
  input = "",
): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, ["--import", "tsx", "bin/stack.ts", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    input,
  });
}
const maps = (): readonly string[] => ["--maps", join(folder, "source-maps")];

describe("a stack that a built function logged", () => {
  it("is minified, and its line names the build", () => {
    const entry = JSON.parse(line) as { build: string; cause: { stack: string } };
    expect(entry.cause.stack).toMatch(/index\.js:\d+:\d+/);
    expect(entry.cause.stack).not.toContain("caller.ts");
    expect(readdirSync(join(folder, "source-maps"))).toContain(`${entry.build}.map`);
  });

  it("is turned into our files and lines, read from a file", () => {
    const file = join(folder, "line.json");
    writeFileSync(file, line);
    const { stdout, status } = stack([...maps(), file]);
    const [fields, message, first] = stdout.split("\n");
    expect(JSON.parse(fields!)).toMatchObject({
      message: "request failed",
      requestId: "r-1",
      connectionId: "c-1",
    });
    expect(message).toBe(`Error: ${REASON}`);
    expect(first).toContain(ORIGIN);
    expect(stdout).toContain("lambdas/websocket/router.ts:");
    expect(stdout).not.toContain("index.js");
    expect(status).toBe(0);
  });

  it("is turned among other lines, as a tail of the log prints them", () => {
    const other = 'no entry {"a":1\n{"message":"x"}';
    const { stdout } = stack(maps(), `${other}\n2026-11-28T08:00:00 2026/11/28/[$LATEST]ab ${line}`);
    expect(stdout.startsWith(`${other}\n2026-11-28T08:00:00 2026/11/28/[$LATEST]ab {"timestamp"`)).toBe(true);
    expect(stdout).toContain(ORIGIN);
  });

  it("that names no build is of the one that is given: a line of Lambda's own, or the stack alone", () => {
    const { build, cause } = JSON.parse(line) as { build: string; cause: { stack: string } };
    const lambdas = JSON.stringify({
      level: "ERROR",
      errorType: "Error",
      stackTrace: cause.stack.split("\n"),
    });
    for (const input of [lambdas, cause.stack]) {
      expect(stack([...maps(), "--build", build], input).stdout).toContain(ORIGIN);
      expect(stack(maps(), input)).toMatchObject({
        status: 1,
        stdout: expect.stringContaining("index.js") as string,
        stderr: "A stack names no build: say which with --build.\n",
      });
    }
  });

  it("stays as it is where the build's map is not kept, and that is said", () => {
    const { build } = JSON.parse(line) as { build: string };
    const { stdout, stderr, status } = stack(["--maps", folder], line);
    expect(stdout).toContain("index.js");
    expect(stderr).toBe(`There is no source map of build ${build} in ${folder}.\n`);
    expect(status).toBe(1);
  });
});

describe("source maps", () => {
  it("of earlier builds stay when the functions are built again", async () => {
    const earlier = join(folder, "source-maps", "0123456789abcdef.map");
    writeFileSync(earlier, "{}");
    await bundleFunctions(folder);
    expect(readdirSync(join(folder, "source-maps"))).toContain("0123456789abcdef.map");
    rmSync(earlier);
  });

  it("name no path of the machine that built them", () => {
    for (const name of readdirSync(join(folder, "source-maps"))) {
      expect(readFileSync(join(folder, "source-maps", name), "utf8")).not.toContain(ROOT);
    }
  });
});
