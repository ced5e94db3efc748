import { afterAll, afterEach, expect, it } from "vitest";
import type { FunctionPool } from "../../functions/function-pool.ts";
import { startRuntimeApi, type RuntimeApi } from "../../functions/runtime-api.ts";
import { functionModel, poolOf, removeAssets } from "./pool-fixture.ts";

let pool: FunctionPool | undefined;
let api: RuntimeApi | undefined;
afterEach(async () => {
  await pool?.close();
  await api?.close();
  pool = undefined;
  api = undefined;
});
afterAll(removeAssets);

it("takes one request for each invocation of a warm process, also after an error", async () => {
  const counting = functionModel(`
    import http from "node:http";
    const real = http.request;
    let requests = 0;
    http.request = (...args) => { requests += 1; return real(...args); };
    export const handler = async ({ fails }) => {
      if (fails) throw new Error("asked to");
      return requests;
    };`);
  ({ pool } = await poolOf([counting]));
  const counts: unknown[] = [];
  for (const event of [{}, {}, { fails: true }, {}]) {
    const result = await pool.invoke("Fn", event, { cause: "test" });
    counts.push(result.type === "ok" ? result.payload : result.type);
  }
  // The first asks by itself; then each outcome brings the next invocation along.
  expect(counts).toEqual([1, 2, "error", 4]);
});

it("answers an outcome at once for a runtime that asks for the next invocation by itself", async () => {
  api = await startRuntimeApi();
  const responses: string[] = [];
  api.attach("p", {
    waiting: (deliver) =>
      deliver({
        requestId: "r1",
        functionArn: "arn",
        deadlineMs: 0,
        clockSkewMs: 0,
        traceHeader: "",
        body: '"event"',
      }),
    responded: (_requestId, body) => responses.push(body),
    failed: () => undefined,
    initFailed: () => undefined,
  });
  const invocation = `http://${api.address("p")}/2018-06-01/runtime/invocation`;
  const next = await fetch(`${invocation}/next`);
  expect(await next.json()).toBe("event");
  const answer = await fetch(`${invocation}/r1/response`, { method: "POST", body: "1" });
  expect(answer.status).toBe(202);
  expect(responses).toEqual(["1"]);
});
