import { expect } from "vitest";
import { useCloud } from "./cloud.ts";
import type { SeenEvent } from "./recorder.ts";
import { row } from "./row.ts";
import type { Script } from "./script.ts";

const cloud = useCloud();

interface Self {
  readonly processMark: string;
  readonly invocations: number;
  readonly environment: Record<string, string>;
  readonly heapLimitMb: number;
  readonly context: Record<string, unknown>;
}

const call = (name: string, script: Script = {}): Promise<Response> =>
  cloud().call(`/functions/${name}`, script);
const self = async (name: string): Promise<Self> =>
  (await (await call(name, { report: "self" })).json()) as Self;

const invocationsOf = (functionName: string) =>
  cloud().recorder.invocations.filter((entry) => entry.functionName === functionName);

row("function.warm", async () => {
  const first = await self("single");
  const second = await self("single");
  expect(second.processMark).toBe(first.processMark);
  expect(second.invocations).toBe(first.invocations + 1);
  const [cold, ...others] = invocationsOf("Single");
  expect(cold?.cold).toBe(true);
  expect(others.map((entry) => entry.cold)).toContain(false);
});

row("function.exclusive", async () => {
  const gate = await cloud().gate();
  const held = call("double", { gate: gate.url, report: "self" });
  await gate.reached();
  const other = await self("double");
  gate.open();
  expect(((await (await held).json()) as Self).processMark).not.toBe(other.processMark);
});

row("function.limit", async () => {
  const gate = await cloud().gate();
  const held = [1, 2].map(() => call("double", { gate: gate.url }));
  await gate.reached(2);
  let isAnswered = false;
  const third = call("double").then(() => (isAnswered = true));
  // Another function serves meanwhile; the one at its limit does not.
  await self("small");
  expect(isAnswered).toBe(false);
  gate.open();
  await Promise.all(held);
  expect(await third).toBe(true);
});

row("function.timeout", async () => {
  const before = await self("single");
  expect((await call("single", { hang: true })).status).toBe(503);
  const after = await self("single");
  expect(after.processMark).not.toBe(before.processMark);
  expect(invocationsOf("Single").map(({ outcome }) => outcome)).toContain("timeout");
});

row("function.crash", async () => {
  const gate = await cloud().gate();
  const survivor = call("double", { gate: gate.url });
  await gate.reached();
  expect((await call("double", { exit: 3 })).status).toBe(500);
  gate.open();
  expect((await survivor).status).toBe(200);
  expect((await call("double")).status).toBe(200);
});

row("function.throw", async () => {
  const before = await self("single");
  expect((await call("single", { throws: { message: "no" } })).status).toBe(500);
  expect((await self("single")).processMark).toBe(before.processMark);
});

row("function.init-error", async () => {
  expect((await call("broken")).status).toBe(500);
  const said = invocationsOf("Broken").map(({ error }) => error);
  expect(said.join()).toContain("This module does not load.");
});

row("function.environment", async () => {
  process.env["CONFORMANCE_LEAK"] = "of the machine";
  const { environment } = await self("small");
  delete process.env["CONFORMANCE_LEAK"];
  expect(environment).toMatchObject({
    ROLE: "Small",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_REGION: cloud().cloud.model().region,
    _HANDLER: "actor.handler",
    TZ: ":UTC",
  });
  const own = /^(ROLE|AWS_\w+|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_\w+|LANG|TZ|OIDC_JWKS|PATH|NODE_\w+)$/;
  expect(Object.keys(environment).filter((name) => !own.test(name))).toEqual([]);
});

row("function.memory", async () => {
  const { heapLimitMb, context } = await self("small");
  expect(context["memoryLimitInMB"]).toBe("128");
  expect(heapLimitMb).toBeLessThan(170);
  expect((await call("small", { allocateMb: 300 })).status).toBe(500);
  expect((await call("small", { allocateMb: 20 })).status).toBe(200);
});

row("function.context", async () => {
  const { context } = await self("single");
  const model = cloud()
    .cloud.model()
    .functions.find(({ name }) => name === "Single");
  expect(context).toMatchObject({ invokedFunctionArn: model?.arn, memoryLimitInMB: "256" });
  expect(model?.arn.endsWith(`:${String(context["functionName"])}`)).toBe(true);
  expect(context["awsRequestId"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(context["remainingMs"]).toBeGreaterThan(0);
  expect(context["remainingMs"]).toBeLessThanOrEqual(2_000);
});

row("function.logs", async () => {
  const gate = await cloud().gate();
  const held = call("double", { gate: gate.url, log: ["first, late"] });
  await gate.reached();
  await call("double", { log: ["second", "of two lines\nin one call"] });
  gate.open();
  await held;
  const { recorder } = cloud();
  const lineOf = (text: string) => recorder.lines.find((line) => line.text === text);
  await recorder.when(() => lineOf("first, late") !== undefined, "the log line");
  const requestOf = (log: string): string | undefined =>
    recorder.all(({ event }: SeenEvent) => JSON.stringify(event).includes(log))[0]?.requestId;
  expect(lineOf("first, late")?.requestId).toBe(requestOf("first, late"));
  expect(lineOf("second")?.requestId).toBe(requestOf("of two lines"));
  expect(lineOf("of two lines\nin one call")?.requestId).toBe(lineOf("second")?.requestId);
  expect(lineOf("second")?.requestId).not.toBe(lineOf("first, late")?.requestId);
});

/** What a function got from a path below `@connections`, by the name of a host. */
async function callback(host: string, connectionId: string, method: string, body?: string) {
  const url = `https://${host}/live/@connections/${encodeURIComponent(connectionId)}`;
  const request = { url, method, ...(body === undefined ? {} : { body }) };
  return (await (await call("double", { fetch: request })).json()) as { status: number; text: string };
}

row("function.callback", async () => {
  const client = await cloud().connect();
  const { connectionId } = client;
  const { domainName = "" } = (await client.event("CONNECT")).event["requestContext"] as {
    domainName?: string;
  };
  expect(await callback(domainName, connectionId, "POST", "from code")).toEqual({ status: 200, text: "" });
  expect(await client.next()).toBe("from code");
  const { status, text } = await callback(domainName, connectionId, "GET");
  expect([status, Object.keys(JSON.parse(text) as object)]).toEqual([
    200,
    ["connectedAt", "identity", "lastActiveAt"],
  ]);
  expect((await callback(domainName, connectionId, "DELETE")).status).toBe(204);
  expect((await client.closed).code).toBe(1000);
  expect((await callback(domainName, connectionId, "POST", "too late")).status).toBe(410);
});

row("function.api-host", async () => {
  const client = await cloud().connect();
  const { region, webSocketApis } = cloud().cloud.model();
  const host = `${webSocketApis[0]?.apiId}.execute-api.${region}.amazonaws.com`;
  expect((await callback(host, client.connectionId, "POST", "by its name")).status).toBe(200);
  expect(await client.next()).toBe("by its name");
});
