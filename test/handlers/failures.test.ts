import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import { Person, type Device } from "./person.ts";
import { authorizerEvent, connectEvent, newId, postConfirmationEvent } from "../support/events.ts";
import { loadEntryPoints, loadWithoutDatabase, type Handlers } from "../support/handlers.ts";
import { startLocalServer } from "../../local/test/support/local-server.ts";
import { unhurried } from "../../local/test/support/pace.ts";

let deployment: Deployment;
let handlers: Handlers;
/** The same functions where nobody listens at the database's address. */
let broken: Handlers;
beforeAll(async () => {
  deployment = await deploy({ SENDS_PER_SECOND: "2", TYPING_PER_SECOND: "1" });
  handlers = await loadEntryPoints();
  broken = await loadWithoutDatabase(async () => {
    await person().connect();
    await person().http({ route: "GET /api/conversations" });
  });
});
afterAll(() => deployment.stop());

let logged: string[];
beforeEach(() => {
  logged = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => logged.push(String(line)) > 0);
});

const CONTENT = "a secret between friends";
const person = () => new Person(deployment, () => handlers);

async function pair() {
  const [alice, bob] = [person(), person()];
  const device = await alice.connect();
  await bob.connect();
  return { alice, bob, device, conversationId: await alice.conversationWith(bob) };
}

/** The log has the cause, for us alone, and never the content. */
function expectCauseLogged(): void {
  const entries = logged.map((line) => JSON.parse(line) as { level: string; cause?: { message: string } });
  const causes = entries.flatMap(({ level, cause }) => (level === "ERROR" && cause ? [cause.message] : []));
  expect(causes).toContainEqual(expect.stringContaining("ECONNREFUSED"));
  expect(logged.join("\n")).not.toContain(CONTENT);
}

describe("with a database that does not answer", () => {
  it.each([
    ["join_conversation", {}],
    ["leave_conversation", {}],
    ["send_message", { content: CONTENT }],
    ["typing_start", {}],
    ["typing_stop", {}],
    ["mark_read", { seq: 1 }],
    ["sync", { afterSeq: 0 }],
  ])("%s answers INTERNAL and no more", async (action, fields) => {
    const { device, conversationId } = await pair();
    const answer = await device.over(() => broken).send({ action, id: "1", conversationId, ...fields });
    expect(answer).toEqual({
      type: "error",
      id: "1",
      action,
      code: "INTERNAL",
      message: "Something went wrong on our side; try again.",
    });
    expectCauseLogged();
  });

  it.each([
    ["GET /api/conversations", {}],
    ["GET /api/conversations/{conversationId}/messages", {}],
    ["POST /api/conversations/{conversationId}/messages", { body: { content: CONTENT } }],
    ["POST /api/conversations/{conversationId}/read", { body: { seq: 1 } }],
    ["POST /api/conversations/find-or-create", { body: { otherUserId: "bob" } }],
    ["GET /api/users", { query: { userId: "bob" } }],
    ["GET /api/presence", { query: { userIds: "bob" } }],
  ])("%s answers 500 INTERNAL and no more", async (route, request) => {
    const somebody = new Person(deployment, () => broken);
    const answer = await somebody.http({ route, path: { conversationId: "A".repeat(22) }, ...request });
    expect(answer).toEqual({
      status: 500,
      headers: { "content-type": "application/json" },
      body: { code: "INTERNAL", message: "Something went wrong on our side; try again." },
    });
    expectCauseLogged();
  });

  it("$connect and $disconnect answer 500, the authorizer does not say Unauthorized", async () => {
    const { alice, device } = await pair();
    const socket = { ...device.socket, connectionId: newId() };
    const answer = await broken.websocket(connectEvent(socket));
    expect(answer).toEqual({ statusCode: 500 });
    expectCauseLogged();
    const event = authorizerEvent({ headers: { Authorization: `Bearer ${alice.token()}` } });
    await expect(broken.authorizer(event)).rejects.not.toThrow(/^Unauthorized$/);
  });

  it("the authorizer logs the cause, which alone tells it from a 401", async () => {
    const event = authorizerEvent({ headers: { Authorization: `Bearer ${person().token()}` } });
    await expect(broken.authorizer(event)).rejects.toThrow();
    expectCauseLogged();
  });

  it("the sign-up trigger refuses nobody, and logs the cause", async () => {
    const event = postConfirmationEvent("ada", { sub: "ada" });
    expect(await broken.postConfirmation(structuredClone(event))).toEqual(event);
    expectCauseLogged();
  });

  it("the sign-up trigger gives up before Cognito does, which waits five seconds", async () => {
    let tries = 0;
    const silent = await startLocalServer(() => void (tries += 1));
    const before = process.env["AWS_ENDPOINT_URL_DYNAMODB"];
    try {
      process.env["AWS_ENDPOINT_URL_DYNAMODB"] = silent.url;
      const { postConfirmation } = await loadEntryPoints();
      const event = postConfirmationEvent("ada", { sub: "ada" });
      const began = performance.now();
      expect(await postConfirmation(structuredClone(event))).toEqual(event);
      // One call of the two it makes.
      expect(performance.now() - began).toBeLessThan(unhurried(2.5, 60) * 1_000);
      expect(tries).toBe(2);
    } finally {
      process.env["AWS_ENDPOINT_URL_DYNAMODB"] = before;
      await silent.close();
    }
  });
});

describe("rates", () => {
  it("of sends: RATE_LIMITED, with Retry-After over HTTP, and nothing stored", async () => {
    const { alice, device, conversationId } = await pair();
    const send = () => device.send({ action: "send_message", id: "1", conversationId, content: "x" });
    const answers = [await send(), await send(), await send()];
    expect(answers.map((answer) => answer?.type)).toEqual(["ack", "ack", "error"]);
    expect(answers[2]).toMatchObject({ code: "RATE_LIMITED", action: "send_message", id: "1" });
    expect(await device.act("sync", { conversationId, afterSeq: 0 })).toMatchObject({ lastSeq: 2 });
    deployment.passTime(1_000);
    expect(await send()).toMatchObject({ type: "ack" });

    // One rate for both APIs.
    deployment.passTime(2_000);
    const route = "POST /api/conversations/{conversationId}/messages";
    const post = () => alice.http({ route, path: { conversationId }, body: { content: "x" } });
    const statuses = [(await post()).status, (await post()).status];
    expect(statuses).toEqual([201, 201]);
    expect(await post()).toMatchObject({
      status: 429,
      headers: { "retry-after": "1" },
      body: { code: "RATE_LIMITED" },
    });
  });

  it("of typing: each user has their own", async () => {
    const { bob, device, conversationId } = await pair();
    const type = (from: Device) => from.send({ action: "typing_start", id: "1", conversationId });
    expect(await type(device)).toMatchObject({ type: "ack" });
    expect(await type(device)).toMatchObject({ type: "error", code: "RATE_LIMITED" });
    expect(await type(await bob.connect())).toMatchObject({ type: "ack" });
  });
});
