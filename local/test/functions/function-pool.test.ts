import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { FunctionPool } from "../../functions/function-pool.ts";
import { asset, functionModel, poolOf, removeAssets } from "./pool-fixture.ts";
import { isAlive } from "../support/processes.ts";
import { until } from "../support/pace.ts";

let open: FunctionPool[] = [];
afterEach(async () => {
  await Promise.all(open.map((pool) => pool.close()));
  open = [];
});
afterAll(removeAssets);

async function started(...args: Parameters<typeof poolOf>) {
  const made = await poolOf(...args);
  open.push(made.pool);
  return made;
}

it("reads nothing of ~/.aws", async () => {
  const home = asset({ ".aws/config": "[default]\nuse_fips_endpoint = true\nmax_attempts = 9\n" });
  const fn = functionModel(
    `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    const { config } = new DynamoDBClient({});
    export const handler = async () => [await config.useFipsEndpoint(), (await config.maxAttempts()) === 9];`,
    { environment: { HOME: home } },
  );
  const { pool } = await started([fn]);
  expect(await pool.invoke("Fn", {}, { cause: "test" })).toMatchObject({
    type: "ok",
    payload: [false, false],
  });
});

describe("an invocation", () => {
  it.each(["index.mjs", "index.cjs"])(
    "finds %s in a folder whose name means something in a URL",
    async (file) => {
      const folder = "a?b #c%20d";
      const text = file.endsWith("mjs")
        ? `export const handler = async () => import.meta.url.length;`
        : `exports.handler = async () => __filename.length;`;
      const codePath = join(asset({ [`${folder}/${file}`]: text }), folder);
      const { pool } = await started([functionModel("", { codePath })]);
      expect(await pool.invoke("Fn", {}, { cause: "test" })).toMatchObject({ type: "ok" });
    },
  );

  it("passes the event and Lambda's context, and gives back the result", async () => {
    const fn = functionModel(`export const handler = async (event, context) => ({
      event, context: { ...context, getRemainingTimeInMillis: undefined }, left: context.getRemainingTimeInMillis(),
      trace: process.env._X_AMZN_TRACE_ID });`);
    const { pool, invocations } = await started([fn]);
    const result = await pool.invoke("Fn", { a: [1, "ü"] }, { cause: "GET /a" });
    expect(result).toMatchObject({
      type: "ok",
      payload: {
        event: { a: [1, "ü"] },
        context: {
          awsRequestId: result.requestId,
          functionName: "parley-fn",
          invokedFunctionArn: fn.arn,
          memoryLimitInMB: "256",
          functionVersion: "$LATEST",
        },
        trace: expect.stringMatching(
          /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:1$/,
        ) as string,
      },
    });
    const left = (result as { payload: { left: number } }).payload.left;
    expect(left).toBeGreaterThan(4_000);
    expect(left).toBeLessThanOrEqual(5_000);
    expect(invocations).toMatchObject([
      { functionName: "Fn", requestId: result.requestId, cause: "GET /a", cold: true, outcome: "ok" },
    ]);
  });

  it("answers null where the handler returns nothing", async () => {
    const { pool } = await started([functionModel("export const handler = async () => {};")]);
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "ok", payload: null });
  });

  it("sees the template's variables, the runtime's and the endpoints, and nothing else", async () => {
    process.env.SECRET_OF_THE_SHELL = "x";
    const fn = functionModel("export const handler = async () => process.env;", {
      environment: { TABLE_NAME: "t" },
    });
    const { pool } = await started([fn], {
      endpointsEnv: ({ functionId }) => ({ AWS_ENDPOINT_URL_DYNAMODB: `http://db/${functionId}` }),
    });
    const result = await pool.invoke("Fn", {});
    delete process.env.SECRET_OF_THE_SHELL;
    const seen = (result as { payload: Record<string, string> }).payload;
    expect(
      Object.keys(seen)
        .filter((name) => !/^(_?AWS_|_X_AMZN_TRACE_ID$)/.test(name))
        .sort(),
    ).toEqual(["LAMBDA_TASK_ROOT", "LANG", "TABLE_NAME", "TZ", "_HANDLER"].sort());
    expect(seen).toMatchObject({
      TABLE_NAME: "t",
      AWS_ENDPOINT_URL_DYNAMODB: "http://db/Fn",
      AWS_REGION: "eu-central-1",
      AWS_LAMBDA_FUNCTION_NAME: "parley-fn",
      LAMBDA_TASK_ROOT: fn.codePath,
    });
  });

  it("is an error with its type when the handler throws, and the process stays warm", async () => {
    const code = `export const handler = async (event) => {
      if (event.fail) throw new RangeError("too far");
      return process.pid; };`;
    const { pool, invocations } = await started([functionModel(code)]);
    const first = await pool.invoke("Fn", {});
    expect(await pool.invoke("Fn", { fail: true })).toMatchObject({
      type: "error",
      errorType: "RangeError",
      errorMessage: "too far",
    });
    expect(await pool.invoke("Fn", {})).toMatchObject({ payload: (first as { payload: number }).payload });
    expect(invocations.map(({ cold, outcome }) => [cold, outcome])).toEqual([
      [true, "ok"],
      [false, "error"],
      [false, "ok"],
    ]);
  });

  it.each([
    ["process.exit", "process.exit(3)", "Runtime.ExitError"],
    ["an uncaught exception", "setTimeout(() => { throw new TypeError('late') }, 1)", "TypeError"],
    ["an unhandled rejection", "Promise.reject(new Error('lost'))", "Runtime.UnhandledPromiseRejection"],
    ["a kill from outside", "process.kill(process.pid, 'SIGKILL')", "Runtime.ExitError"],
  ])("loses only its own request in a crash by %s", async (_, crash, errorType) => {
    const code = `export const handler = async (event) => {
      if (event.crash) { ${crash}; await new Promise(() => setInterval(() => {}, 1000)); }
      return "well"; };`;
    const { pool } = await started([functionModel(code)]);
    expect(await pool.invoke("Fn", { crash: true })).toMatchObject({ type: "error", errorType });
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "ok", payload: "well" });
  });

  it("kills a process that is over its timeout, even in a busy loop", async () => {
    const code = `export const handler = async (event) => {
      if (event.hang) { console.log(process.pid); for (;;); }
      return "well"; };`;
    const { pool, lines } = await started([functionModel(code, { timeoutMs: 300 })]);
    expect(await pool.invoke("Fn", { hang: true })).toMatchObject({ type: "timeout" });
    const pid = Number(lines[0]?.text);
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid), "the hanging process has gone");
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "ok" });
  });

  it("goes on when only the caller's patience has ended", async () => {
    const code = `export const handler = (event) => new Promise((done) => setTimeout(done, event.ms, process.pid));`;
    const { pool, invocations } = await started([functionModel(code)]);
    await pool.warm("Fn");
    expect(await pool.invoke("Fn", { ms: 200 }, { timeoutMs: 20 })).toMatchObject({ type: "timeout" });
    expect(invocations).toEqual([]);
    await until(() => invocations.length === 1, "the function has ended");
    expect(invocations[0]?.outcome).toBe("ok");
  });

  it("refuses a response over 6 MB", async () => {
    const { pool } = await started([
      functionModel(`export const handler = async () => "x".repeat(6291456);`),
    ]);
    expect(await pool.invoke("Fn", {})).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });
});

describe("loading", () => {
  it.each([
    ["a missing file", { "other.mjs": "" }, "Runtime.ImportModuleError"],
    ["a missing export", { "index.mjs": "export const other = 1;" }, "Runtime.HandlerNotFound"],
    [
      "a callback",
      { "index.mjs": "export const handler = (e, c, done) => done();" },
      "Runtime.CallbackHandlerDeprecated",
    ],
    ["a throw", { "index.mjs": "throw new EvalError('at load');" }, "EvalError"],
    ["a syntax error", { "index.mjs": "export const = ;" }, "SyntaxError"],
  ])("is an error of the request with %s, for each request anew", async (_, files, errorType) => {
    const { pool } = await started([functionModel("", { codePath: asset(files) })]);
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "error", errorType });
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "error", errorType });
  });

  it("takes CommonJS as Lambda does, whatever the project around the asset says", async () => {
    const project = asset({
      "package.json": `{"type":"module"}`,
      "asset/index.js": `exports.handler = async () => require("./part.js").value;`,
      "asset/part.js": `exports.value = "required";`,
    });
    const { pool } = await started([functionModel("", { codePath: `${project}/asset` })]);
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "ok", payload: "required" });
  });

  it("takes .js as a module where the asset's own package says so", async () => {
    const codePath = asset({
      "package.json": `{"type":"module"}`,
      "index.js": `export const handler = async () => import.meta.url.endsWith("index.js");`,
    });
    const { pool } = await started([functionModel("", { codePath })]);
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "ok", payload: true });
  });
});

describe("the pool", () => {
  const overlap = `export const handler = async () => {
    const from = Date.now(); await new Promise((done) => setTimeout(done, 150));
    return { pid: process.pid, from, to: Date.now() }; };`;

  it("runs one request a process, as many processes as allowed, and queues the rest", async () => {
    const { pool } = await started([functionModel(overlap, { maxConcurrency: 2 })]);
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => pool.invoke("Fn", {})));
    const runs = results.map(
      (result) => (result as { payload: { pid: number; from: number; to: number } }).payload,
    );
    expect(new Set(runs.map(({ pid }) => pid)).size).toBe(2);
    for (const run of runs) {
      const others = runs.filter((other) => other !== run);
      expect(others.some(({ pid, from, to }) => pid === run.pid && from < run.to && run.from < to)).toBe(
        false,
      );
    }
    expect(runs.some((a) => runs.some((b) => a.pid !== b.pid && a.from < b.to && b.from < a.to))).toBe(true);
  });

  it("lets requests that come at once wait a moment for a warm process, before it starts another", async () => {
    const { pool, invocations } = await started([functionModel(overlap)], { patienceMs: 60_000 });
    await pool.warm("Fn");
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => pool.invoke("Fn", {})));
    expect(invocations.map(({ cold }) => cold)).toEqual([true, false, false, false, false, false]);
  });

  it("starts no other process for a wait that is short beside a core's, while no core is free", async () => {
    const options = { patienceMs: 1, takeCore: () => false };
    const { pool, invocations } = await started([functionModel(overlap)], options);
    await pool.warm("Fn");
    await Promise.all([1, 2].map(() => pool.invoke("Fn", {})));
    expect(invocations.map(({ cold }) => cold)).toEqual([true, false]);
  });

  /** Two runs that end only once both have begun: in two processes. */
  const meet = `import { existsSync, writeFileSync } from "node:fs";
    export const handler = async ({ own, other }) => {
      writeFileSync(own, ""); while (!existsSync(other)) await new Promise((done) => setTimeout(done, 10));
      return process.pid; };`;

  async function runTwo(pool: FunctionPool) {
    const folder = asset({});
    const [one, other] = [join(folder, "one"), join(folder, "other")];
    const run = async (own: string, next: string): Promise<number> =>
      ((await pool.invoke("Fn", { own, other: next })) as { payload: number }).payload;
    const pids = new Set(await Promise.all([run(one, other), run(other, one)]));
    return { pids, runAgain: () => run(one, other) };
  }

  it("starts one for a run that waits for the next, though no core is free", async () => {
    const { pool } = await started([functionModel(meet)], { takeCore: () => false });
    expect((await runTwo(pool)).pids.size).toBe(2);
  });

  it("ends processes beside the first that nobody has needed for a while", async () => {
    const { pool } = await started([functionModel(meet)], { patienceMs: 1, spareMs: 50 });
    const { pids, runAgain } = await runTwo(pool);
    expect(pids.size).toBe(2);
    await until(() => [...pids].filter(isAlive).length === 1, "one process is left");
    expect(pids).toContain(await runAgain());
  });

  it("is warm after warm()", async () => {
    const { pool, invocations } = await started([
      functionModel("let n = 0; export const handler = async () => ++n;"),
    ]);
    await pool.warm("Fn");
    expect(await pool.invoke("Fn", {})).toMatchObject({ payload: 1 });
    expect(await pool.invoke("Fn", {})).toMatchObject({ payload: 2 });
    expect(invocations.map(({ cold }) => cold)).toEqual([true, false]);
  });

  it("writes console output with the request it belongs to, line breaks kept", async () => {
    const code = `console.warn("at load"); export const handler = async () => { console.log("a\\nb", { c: 1 }); process.stdout.write("raw\\n"); };`;
    const { pool, lines } = await started([functionModel(code)]);
    const { requestId } = await pool.invoke("Fn", {});
    await until(() => lines.length === 3, "three lines");
    expect(lines).toEqual([
      { functionName: "Fn", requestId: null, level: "WARN", text: "at load" },
      { functionName: "Fn", requestId, level: "INFO", text: "a\nb { c: 1 }" },
      expect.objectContaining({ functionName: "Fn", level: "INFO", text: "raw" }),
    ]);
  });

  it("reloads without losing a request in flight or waiting", async () => {
    const version = (text: string) =>
      functionModel(
        `export const handler = async () => { console.log("begun"); await new Promise((done) => setTimeout(done, 150)); return { text: "${text}", env: process.env.V, pid: process.pid }; };`,
        { environment: { V: text }, maxConcurrency: 1 },
      );
    const { pool, lines } = await started([version("old")]);
    const inFlight = pool.invoke("Fn", {});
    const waiting = pool.invoke("Fn", {});
    await until(() => lines.length === 1, "the first request has begun");
    pool.reload([version("new")]);
    const later = pool.invoke("Fn", {});
    const first = await inFlight;
    expect(first).toMatchObject({ type: "ok", payload: { text: "old", env: "old" } });
    expect(await waiting).toMatchObject({ type: "ok", payload: { text: "new", env: "new" } });
    expect(await later).toMatchObject({ type: "ok", payload: { text: "new" } });
    await until(
      () => !isAlive((first as { payload: { pid: number } }).payload.pid),
      "the old process has gone",
    );
  });

  it("answers for functions it does not have", async () => {
    const { pool } = await started([]);
    expect(await pool.invoke("toString", {})).toMatchObject({ errorType: "ResourceNotFoundException" });
  });

  it("leaves no process behind when it is closed, and ends what was in flight", async () => {
    const code = `export const handler = async () => { console.log(process.pid); await new Promise(() => setInterval(() => {}, 1000)); };`;
    const { pool, lines } = await started([functionModel(code, { maxConcurrency: 1 })]);
    const both = [pool.invoke("Fn", {}), pool.invoke("Fn", {})];
    await until(() => lines.length === 1, "the first request has begun");
    await pool.close();
    // A killed process closes its pipes, which is what close() hears, a moment before the kernel lists it as dead.
    await until(() => !isAlive(Number(lines[0]?.text)), "the process has gone");
    expect((await Promise.all(both)).map(({ type }) => type)).toEqual(["error", "error"]);
    expect(await pool.invoke("Fn", {})).toMatchObject({ type: "error" });
  });
});
