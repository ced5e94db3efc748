import { describe, expect } from "vitest";
import { test } from "./chat-test.ts";

/** Every action and route that names a conversation. */
const FRAMES = [
  { action: "join_conversation" },
  { action: "leave_conversation" },
  { action: "send_message", content: "let me in" },
  { action: "typing_start" },
  { action: "typing_stop" },
  { action: "mark_read", seq: 1 },
  { action: "sync", afterSeq: 0 },
] as const;

const requests = (conversationId: string) =>
  [
    ["GET", `/api/conversations/${conversationId}/messages`, undefined],
    ["GET", `/api/conversations/${conversationId}/messages?markRead=false`, undefined],
    ["POST", `/api/conversations/${conversationId}/messages`, { content: "let me in" }],
    ["POST", `/api/conversations/${conversationId}/read`, { seq: 1 }],
  ] as const;

/** Well-formed or not, none of them names a conversation. */
const UNKNOWN = [
  "AAAAAAAAAAAAAAAAAAAAAA",
  "nope",
  "U#x",
  "__proto__",
  "constructor",
  "a b",
  "💬",
  "x".repeat(2_000),
];

describe("somebody who does not belong", () => {
  test("is refused everything, changes nothing and hears nothing", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const mallory = await cast.user("mallory");
    const [a, b, m] = await Promise.all([alice.connect(), bob.connect(), mallory.connect()]);
    for (const device of [a, b]) await device.ask("join_conversation", { conversationId });
    await a.ask("send_message", { conversationId, content: "secret" });
    await b.next("new_message");

    for (const frame of FRAMES) {
      // Leaving reveals nothing and changes nothing, so it may be acked as well.
      const answer = await m.request({ ...frame, conversationId });
      if (frame.action === "leave_conversation" && answer.type === "ack") continue;
      expect(answer).toMatchObject({ type: "error", action: frame.action, code: "FORBIDDEN" });
      expect(JSON.stringify(answer)).not.toContain("secret");
      expect(JSON.stringify(answer)).not.toContain(alice.id);
    }
    for (const [method, path, body] of requests(conversationId)) {
      const answer = await (method === "GET" ? mallory.get(path) : mallory.post(path, body));
      expect([path, answer.status, answer.body]).toMatchObject([path, 403, { code: "FORBIDDEN" }]);
      expect(answer.text).not.toMatch(/secret/);
      expect(answer.text).not.toContain(alice.id);
    }

    await a.ask("send_message", { conversationId, content: "second secret" });
    const { message } = await b.next("new_message");
    expect(message.seq).toBe(2);
    await b.none((frame) => frame.type === "user_typing" || frame.type === "user_stopped_typing");
    await a.none("messages_read");
    const { messages } = await b.ask("sync", { conversationId, afterSeq: 0 });
    expect(messages.map(({ content }) => content)).toEqual(["secret", "second secret"]);
    await m.none((frame) => frame.type !== "error");
    expect((await mallory.get("/api/conversations")).body).toEqual({ conversations: [], nextCursor: null });
  });

  test.for(FRAMES)("an unknown conversation is NOT_FOUND: $action", async (frame, { cast }) => {
    const alice = await cast.user("alice");
    const device = await alice.connect();
    for (const conversationId of UNKNOWN) {
      const answer = await device.request({ ...frame, conversationId });
      if (frame.action === "leave_conversation" && answer.type === "ack") continue;
      expect([conversationId, answer]).toMatchObject([
        conversationId,
        { type: "error", action: frame.action, code: "NOT_FOUND" },
      ]);
    }
    await device.ping();
  });

  test("an unknown conversation is 404 over HTTP", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const unknown of UNKNOWN) {
      for (const [method, path, body] of requests(encodeURIComponent(unknown))) {
        const answer = await (method === "GET" ? alice.get(path) : alice.post(path, body));
        expect([path, answer.status, answer.body]).toMatchObject([path, 404, { code: "NOT_FOUND" }]);
      }
    }
  });

  test("shape is checked before existence, existence before participation", async ({ cast }) => {
    const { conversationId } = await cast.pair();
    const mallory = await cast.user("mallory");
    const device = await mallory.connect();
    const send = { action: "send_message", content: "" };
    for (const id of [conversationId, "nope"]) {
      expect((await device.refusal({ ...send, conversationId: id })).code).toBe("INVALID_REQUEST");
      const path = `/api/conversations/${id}/messages`;
      expect((await mallory.post(path, { content: "" })).status).toBe(400);
      expect((await mallory.get(`${path}?limit=0`)).status).toBe(400);
      expect((await mallory.post(`/api/conversations/${id}/read`, {})).status).toBe(400);
    }
  });
});
