import { expect } from "vitest";
import { contextOf, useCloud } from "./cloud.ts";
import type { Fields } from "./recorder.ts";
import { row } from "./row.ts";
import type { Script } from "./script.ts";

const cloud = useCloud();

const statement = (
  Effect: string,
  Resource: string | readonly string[] = "METHOD_ARN",
  Action = "execute-api:Invoke",
) => ({
  Action,
  Effect,
  Resource,
});

function policy(statements: readonly unknown[], more: Fields = {}): Script {
  const policyDocument = { Version: "2012-10-17", Statement: statements };
  return { answer: { principalId: "someone", policyDocument, ...more } };
}

/** 101 where the connection is opened, otherwise the status of the refusal. */
async function statusFor(auth: Script): Promise<number> {
  const result = await cloud().tryConnect({ auth });
  return result.type === "open" ? 101 : result.status;
}

row("authorizer.event", async () => {
  const client = await cloud().connect({ suffix: "?a=1&a=2", headers: { "X-MiXed": "v" } });
  const isMine = ({ event }: { event: Fields }): boolean =>
    event["type"] === "REQUEST" && contextOf(event)["connectionId"] === client.connectionId;
  const [seen] = await cloud().recorder.until(isMine);
  const model = cloud().cloud.model();
  const { apiId } = model.webSocketApis[0] ?? {};
  expect(seen?.functionName).toBe("Gatekeeper");
  expect(seen?.event).toEqual({
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:${model.region}:${model.accountId}:${apiId}/live/$connect`,
    headers: expect.objectContaining({ "X-MiXed": "v", "X-User": client.user }) as Fields,
    multiValueHeaders: expect.objectContaining({ "X-MiXed": ["v"] }) as Fields,
    queryStringParameters: { a: "2" },
    multiValueQueryStringParameters: { a: ["1", "2"] },
    stageVariables: {},
    requestContext: expect.objectContaining({ eventType: "CONNECT", routeKey: "$connect" }) as Fields,
  });
  expect(contextOf(seen?.event ?? {})).not.toHaveProperty("authorizer");
});

row("authorizer.identity", async () => {
  const isNobodys = ({ event }: { event: Fields }): boolean =>
    (event["headers"] as Fields | undefined)?.["X-Mark"] === "no identity";
  const refused = await cloud().tryConnect({ user: "", headers: { "X-Mark": "no identity" } });
  expect(refused).toMatchObject({ type: "refused", status: 401 });
  await cloud().connect();
  expect(cloud().recorder.all(isNobodys)).toEqual([]);
});

row("authorizer.unauthorized", async () => {
  expect(await statusFor({ throws: { message: "Unauthorized" } })).toBe(401);
});

row("authorizer.deny", async () => {
  expect(await statusFor(policy([statement("Deny")]))).toBe(403);
});

row("authorizer.no-match", async () => {
  const elsewhere = "arn:aws:execute-api:us-east-1:1:other/live/$connect";
  expect(await statusFor(policy([statement("Allow", elsewhere)]))).toBe(403);
  expect(await statusFor(policy([statement("Allow", "METHOD_ARN", "s3:GetObject")]))).toBe(403);
});

row("authorizer.throws", async () => {
  expect(await statusFor({ throws: { message: "unauthorized, rather" } })).toBe(500);
});

row("authorizer.malformed", async () => {
  const statuses = [];
  for (const answer of ["nothing", "a string", {}, { principalId: "x" }, { policyDocument: {} }]) {
    statuses.push(await statusFor({ answer }));
  }
  expect(statuses).toEqual([500, 500, 500, 500, 500]);
});

row("authorizer.deny-wins", async () => {
  expect(await statusFor(policy([statement("Allow"), statement("Deny")]))).toBe(403);
  expect(await statusFor(policy([statement("Deny"), statement("Allow", "*")]))).toBe(403);
});

row("authorizer.wildcards", async () => {
  expect(await statusFor(policy([statement("Allow", "*")]))).toBe(101);
  expect(await statusFor(policy([statement("Allow", "arn:aws:execute-api:*:*:*/liv?/$connect", "*")]))).toBe(
    101,
  );
  expect(await statusFor(policy([statement("Allow", "arn:aws:execute-api:*:*:*/li?/$connect")]))).toBe(403);
  expect(await statusFor(policy([statement("Allow", ["nothing", "*"])]))).toBe(101);
});

row("authorizer.size", async () => {
  const sized = (bytes: number): Script =>
    policy([statement("Allow", "*")], { context: { filling: "x".repeat(bytes) } });
  expect(await statusFor(sized(7 * 1024))).toBe(101);
  expect(await statusFor(sized(8 * 1024))).toBe(500);
});

row("authorizer.context-text", async () => {
  const client = await cloud().connect();
  client.send({ action: "one-way" });
  const { authorizer } = contextOf((await client.event("MESSAGE")).event);
  expect(authorizer).toMatchObject({ team: "blue", level: "3", admin: "true" });
});

row("authorizer.context-nested", async () => {
  const nested = (value: unknown): Script => policy([statement("Allow", "*")], { context: { value } });
  expect(await statusFor(nested({ deep: 1 }))).toBe(500);
  expect(await statusFor(nested(["list"]))).toBe(500);
});

row("authorizer.once", async () => {
  const client = await cloud().connect();
  client.send({ action: "answered" });
  await client.next();
  client.socket.close();
  await client.event("DISCONNECT");
  const calls = cloud().recorder.all(
    ({ event, functionName }) =>
      functionName === "Gatekeeper" && contextOf(event)["connectionId"] === client.connectionId,
  );
  expect(calls).toHaveLength(1);
});
