import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import {
  authorizerEvent,
  connectEvent,
  httpEvent,
  messageEvent,
  postConfirmationEvent,
  sqsEvent,
  streamEvent,
} from "../support/events.ts";
import { loadEntryPoints, loadWithoutDatabase, type Handlers } from "../support/handlers.ts";
import { readStream } from "../support/read-stream.ts";
import { Person } from "./person.ts";

let deployment: Deployment;
let handlers: Handlers;
/** The same functions where nobody listens at the database's address. */
let broken: Handlers;
beforeAll(async () => {
  deployment = await deploy();
  handlers = await loadEntryPoints();
  broken = await loadWithoutDatabase(async () => {
    await person().connect();
    await person().http({ route: "GET /api/conversations" });
  });
});
afterAll(() => deployment.stop());

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
});
const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

const person = () => new Person(deployment, () => handlers);
const CONTEXT = { awsRequestId: "8a1c-lambda" };

describe("a line of the log names its invocation, connection and user:", () => {
  it("a frame's", async () => {
    const { socket } = await person().connect();
    const event = messageEvent(socket, {
      action: "join_conversation",
      id: "1",
      conversationId: "A".repeat(22),
    });
    await broken.websocket(event, CONTEXT);
    expect(logged()).toMatchObject([
      {
        message: "request failed",
        requestId: CONTEXT.awsRequestId,
        gatewayRequestId: event.requestContext.requestId,
        connectionId: socket.connectionId,
        userId: socket.userId,
      },
    ]);
  });

  it("a connection's", async () => {
    const { socket } = await person().connect();
    await broken.websocket(connectEvent(socket), CONTEXT);
    const { connectionId, userId } = socket;
    expect(logged()).toMatchObject([{ requestId: CONTEXT.awsRequestId, connectionId, userId }]);
  });

  it("a push's, whose client was made when the function was loaded", async () => {
    const [alice, bob] = [person(), person()];
    const [device, other] = [await alice.connect(), await bob.connect()];
    const conversationId = await alice.conversationWith(bob);
    deployment.management.answer(other.id, 403);
    const frame = { action: "send_message", id: "1", conversationId, content: "x" };
    await handlers.websocket(messageEvent(device.socket, frame), CONTEXT);
    expect(logged()).toMatchObject([
      {
        message: "push failed",
        requestId: CONTEXT.awsRequestId,
        connectionId: device.id,
        userId: alice.id,
        target: other.id,
      },
    ]);
  });

  it("an HTTP request's", async () => {
    const event = httpEvent({ route: "GET /api/conversations", claims: { sub: "ada", name: "Ada L." } });
    await broken.http(event, CONTEXT);
    expect(logged()).toMatchObject([
      {
        requestId: CONTEXT.awsRequestId,
        gatewayRequestId: event.requestContext.requestId,
        userId: "ada",
      },
    ]);
    expect(lines.join()).not.toContain("Ada L.");
  });

  it("an upgrade's, once its token is known to be good", async () => {
    const somebody = person();
    const event = authorizerEvent({ headers: { Authorization: `Bearer ${somebody.token()}` } });
    await expect(broken.authorizer(event, CONTEXT)).rejects.toThrow();
    expect(logged()).toMatchObject([
      {
        message: "invocation failed",
        requestId: CONTEXT.awsRequestId,
        gatewayRequestId: event.requestContext.requestId,
        connectionId: event.requestContext.connectionId,
        userId: somebody.id,
      },
    ]);
    expect(lines.join()).not.toContain(somebody.token().slice(0, 20));
  });

  it("none of a token that is refused: that is an answer", async () => {
    const event = authorizerEvent({ headers: { Authorization: "Bearer x" } });
    await expect(broken.authorizer(event, CONTEXT)).rejects.toThrow("Unauthorized");
    expect(lines).toEqual([]);
  });

  it("a sign-up's", async () => {
    const event = postConfirmationEvent("grace", { sub: "8f3d", name: "Grace H." });
    await broken.postConfirmation(event, CONTEXT);
    expect(logged()).toMatchObject([{ requestId: CONTEXT.awsRequestId, userId: "8f3d" }]);
    expect(lines.join()).not.toMatch(/grace/i);
  });

  it("each task's own, those of a batch side by side", async () => {
    const event = sqsEvent(["ada", "bob"].map((userId) => ({ type: "settle", userId, lastSeenAt: 1 })));
    await broken.worker(event, CONTEXT);
    const expected = event.Records.map(({ messageId }, index) => ({
      message: "task failed",
      requestId: CONTEXT.awsRequestId,
      messageId,
      userId: ["ada", "bob"][index],
    }));
    expect(logged()).toHaveLength(2);
    expect(logged()).toMatchObject(
      logged().map(({ messageId }) => expected.find((one) => one.messageId === messageId)),
    );
    expect(new Set(logged().map(({ userId }) => userId))).toEqual(new Set(["ada", "bob"]));
  });

  it("a stream record's", async () => {
    const alice = person();
    await (await alice.connect()).disconnect();
    const records = await readStream(
      deployment.table,
      ({ dynamodb }) => dynamodb?.Keys?.["pk"]?.S === `U#${alice.id}`,
      2,
    );
    const event = streamEvent(records);
    const failed = await broken.worker(event, CONTEXT);
    expect(logged()).toMatchObject([
      {
        message: "transition failed",
        requestId: CONTEXT.awsRequestId,
        userId: alice.id,
        sequenceNumber: failed?.batchItemFailures[0]?.itemIdentifier,
      },
    ]);
  });
});
