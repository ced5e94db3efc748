import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { aMessage } from "../support/made-records.ts";
import { deployment, user } from "./entry-points.ts";
import type { Person } from "./person.ts";

const MESSAGES = "/api/conversations/{conversationId}/messages";
const READ = "POST /api/conversations/{conversationId}/read";
const NO_CONVERSATION = "A".repeat(22);

let alice: Person;
let bob: Person;
let conversationId: string;
beforeEach(async () => {
  [alice, bob] = await Promise.all([user({ name: "Alice" }), user({ name: "Bob" })]);
  conversationId = await alice.conversationWith(bob);
  deployment.management.reset();
});

const post = (who: Person, body: unknown, id = conversationId) =>
  who.http({ route: `POST ${MESSAGES}`, path: { conversationId: id }, body });
const history = (who: Person, query: Record<string, string> = {}, id = conversationId) =>
  who.http({ route: `GET ${MESSAGES}`, path: { conversationId: id }, query });
const error = (status: number, code: string) => ({
  status,
  headers: { "content-type": "application/json" },
  body: { code, message: expect.any(String) as string },
});
const seqs = (body: unknown): number[] => (body as { messages: Message[] }).messages.map(({ seq }) => seq);

describe("POST messages", () => {
  it("stores, answers 201, and 200 for a repeat", async () => {
    const body = { content: " hello ", clientMessageId: "c1", afterSeq: 0 };
    const first = await post(alice, body);
    expect(first).toMatchObject({
      status: 201,
      body: { duplicate: false, message: { seq: 1, content: " hello ", sender: { displayName: "Alice" } } },
    });
    const again = await post(alice, { ...body, content: "other" });
    expect(again).toMatchObject({ status: 200, body: { ...(first.body as object), duplicate: true } });
  });

  it("tells every connection, the sender's own too", async () => {
    const [mine, theirs] = [await alice.connect(), await bob.connect()];
    await post(alice, { content: "x" });
    expect([mine, theirs].map(({ received }) => received.map(({ type }) => type))).toEqual([
      ["conversation_updated"],
      ["conversation_updated"],
    ]);
  });

  it("refuses by shape, existence, participation, in this order", async () => {
    const eve = await user();
    for (const body of [
      { content: "" },
      { content: " \n" },
      { content: 7 },
      {},
      { content: "x", afterSeq: -1 },
    ]) {
      expect(await post(eve, body)).toEqual(error(400, "INVALID_REQUEST"));
      expect(await post(eve, body, NO_CONVERSATION)).toEqual(error(400, "INVALID_REQUEST"));
    }
    expect(await post(eve, { content: "x" }, NO_CONVERSATION)).toEqual(error(404, "NOT_FOUND"));
    expect(await post(eve, { content: "x" }, "odd # form")).toEqual(error(404, "NOT_FOUND"));
    expect(await post(eve, { content: "x" })).toEqual(error(403, "FORBIDDEN"));
    expect((await history(alice)).body).toMatchObject({ messages: [] });
  });

  it("answers 409 to one more than 1,000 behind, and stores nothing", async () => {
    const messages = createMessageStore(deployment.table);
    const put = (seq: number) => messages.put(aMessage({ conversationId, seq, senderId: alice.id }));
    await Promise.all(Array.from({ length: 1_001 }, (_, index) => put(index + 1)));
    expect(await post(bob, { content: "late", afterSeq: 0 })).toEqual(error(409, "CONFLICT"));
    expect(await post(bob, { content: "late", afterSeq: 1 })).toMatchObject({
      status: 201,
      body: { message: { seq: 1_002 } },
    });
  });

  it("takes a body in base64, refuses one over 32 KB and takes one of 2,000 escaped emoji", async () => {
    const encoded = Buffer.from(JSON.stringify({ content: "é" })).toString("base64");
    const route = `POST ${MESSAGES}`;
    const base64 = { route, path: { conversationId }, body: encoded, isBase64Encoded: true };
    expect(await alice.http(base64)).toMatchObject({ status: 201, body: { message: { content: "é" } } });
    const escaped = `{"content":"${"\\ud83d\\ude00".repeat(2_000)}"}`;
    expect(await post(alice, escaped)).toMatchObject({ status: 201 });
    const large = JSON.stringify({ content: "x", padding: "x".repeat(32 * 1024) });
    expect(await post(alice, large)).toEqual(error(413, "PAYLOAD_TOO_LARGE"));
  });
});

it("refuses a body that is not UTF-8: two of them must not be taken for one", async () => {
  for (const byte of ["\xe9", "\xe8"]) {
    const text = `{"content":"caf${byte}","clientMessageId":"m-${byte}"}`;
    const body = Buffer.from(text, "latin1").toString("base64");
    const route = `POST ${MESSAGES}`;
    const answer = await alice.http({ route, path: { conversationId }, body, isBase64Encoded: true });
    expect(answer).toEqual(error(400, "INVALID_REQUEST"));
  }
  expect(await history(alice)).toMatchObject({ body: { messages: [] } });
});

describe("GET messages", () => {
  beforeEach(async () => {
    for (let seq = 0; seq < 7; seq += 1) await post(alice, { content: `m${seq + 1}`, afterSeq: seq });
  });

  it("pages backwards from the newest, each page oldest first", async () => {
    const first = await history(bob, { limit: "3" });
    expect(seqs(first.body)).toEqual([5, 6, 7]);
    expect(first.body).toMatchObject({ hasMore: true, nextBefore: `${conversationId}-5` });
    const second = await history(bob, { limit: "3", before: `${conversationId}-5` });
    expect(seqs(second.body)).toEqual([2, 3, 4]);
    const third = await history(bob, { limit: "3", before: `${conversationId}-2` });
    expect(third.body).toMatchObject({ hasMore: false, nextBefore: null });
    expect(seqs(third.body)).toEqual([1]);
  });

  it("pages forwards", async () => {
    const first = await history(bob, { limit: "4", after: `${conversationId}-2` });
    expect(seqs(first.body)).toEqual([3, 4, 5, 6]);
    expect(first.body).toMatchObject({ hasMore: true, nextAfter: `${conversationId}-6` });
    const second = await history(bob, { limit: "4", after: `${conversationId}-6` });
    expect(seqs(second.body)).toEqual([7]);
    expect(second.body).toMatchObject({ hasMore: false, nextAfter: null });
  });

  it("marks what it returned, tells the others, and marks nothing when told so", async () => {
    const device = await alice.connect();
    deployment.management.reset();
    expect((await history(bob, { markRead: "false" })).body).toMatchObject({
      messages: [{ readAt: null }, {}, {}, {}, {}, {}, {}],
    });
    expect(device.received).toEqual([]);
    await history(bob, { limit: "1", before: `${conversationId}-4` });
    expect(device.received).toMatchObject([{ type: "messages_read", userId: bob.id, readSeq: 3 }]);
    const { messages } = (await history(alice)).body as { messages: Message[] };
    expect(messages.map(({ readAt }) => readAt !== null)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("refuses cursors of another conversation and limits out of range, strangers and unknown ids", async () => {
    for (const query of [
      { before: "hello" },
      { before: `${NO_CONVERSATION}-3` },
      { after: "" },
      { before: `${conversationId}-1`, after: `${conversationId}-2` },
      { limit: "0" },
      { limit: "101" },
      { limit: "1e1" },
      { markRead: "maybe" },
    ]) {
      expect(await history(bob, query)).toEqual(error(400, "INVALID_REQUEST"));
    }
    expect(await history(await user())).toEqual(error(403, "FORBIDDEN"));
    expect(await history(bob, {}, NO_CONVERSATION)).toEqual(error(404, "NOT_FOUND"));
  });
});

describe("POST read", () => {
  it("moves the position and tells every connection", async () => {
    await post(alice, { content: "x" });
    const [theirs, own] = [await alice.connect(), await bob.connect()];
    deployment.management.reset();
    const read = (seq: unknown) => bob.http({ route: READ, path: { conversationId }, body: { seq } });
    const answer = await read(5);
    expect(answer).toMatchObject({ status: 200, body: { readSeq: 1, unreadCount: 0 } });
    expect([theirs, own].map(({ received }) => received)).toMatchObject([
      [{ type: "messages_read", readSeq: 1 }],
      [{ type: "messages_read", readSeq: 1 }],
    ]);
    expect(await read(0)).toEqual(answer);
    for (const seq of [-1, 1.5, "1", null, 2 ** 53]) {
      expect(await read(seq)).toEqual(error(400, "INVALID_REQUEST"));
    }
  });
});
