import { describe, expect } from "vitest";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import { test } from "./chat-test.ts";

/** A value as it stands in the JSON text: some of them no JSON.stringify would write. */
const BAD_CONTENT: Readonly<Record<string, string | undefined>> = {
  missing: undefined,
  empty: `""`,
  "only spaces": `"   "`,
  "only white space of other kinds": `"\\u00a0\\u2003\\t\\r\\n\\u3000\\ufeff"`,
  "2,001 characters": `"${"x".repeat(2_001)}"`,
  "2,001 code points outside the basic plane": `"${"😀".repeat(2_001)}"`,
  "a number": "42",
  "a boolean": "true",
  null: "null",
  "an array": `["hello"]`,
  "an object": `{"text":"hello"}`,
  "a lone high surrogate": `"hello \\ud83d"`,
  "a lone low surrogate": `"\\ude00 hello"`,
  "surrogates in the wrong order": `"\\ude00\\ud83d"`,
  NUL: `"hel\\u0000lo"`,
};

const BAD_MESSAGE_IDS: Readonly<Record<string, string>> = {
  empty: `""`,
  "129 characters": `"${"x".repeat(129)}"`,
  "a number": "1",
  "an object": "{}",
  "a lone surrogate": `"\\ud83d"`,
};

const BAD_SEQS: Readonly<Record<string, string>> = {
  negative: "-1",
  fractional: "0.5",
  "2^53": "9007199254740992",
  infinite: "1e400",
  "a string": `"0"`,
  "an array": "[0]",
  "a boolean": "true",
};

const BAD_SENDS = [
  ...Object.entries(BAD_CONTENT).map(
    ([name, value]) => [`content: ${name}`, value === undefined ? "" : `"content":${value}`] as const,
  ),
  ...Object.entries(BAD_MESSAGE_IDS).map(
    ([name, value]) => [`clientMessageId: ${name}`, `"content":"x","clientMessageId":${value}`] as const,
  ),
  ...Object.entries(BAD_SEQS).map(
    ([name, value]) => [`afterSeq: ${name}`, `"content":"x","afterSeq":${value}`] as const,
  ),
];

describe("a message that is no message", () => {
  test("is refused on both APIs, stored nowhere and told to nobody", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    for (const [name, fields] of BAD_SENDS) {
      const id = name.slice(0, 64);
      const comma = fields && ",";
      a.send(
        `{"action":"send_message","id":${JSON.stringify(id)},"conversationId":"${conversationId}"${comma}${fields}}`,
      );
      const error = await a.next((frame) => frame.type === "error" || frame.type === "ack");
      expect([name, error]).toMatchObject([
        name,
        { type: "error", id, action: "send_message", code: "INVALID_REQUEST" },
      ]);
      const answer = await alice.post(`/api/conversations/${conversationId}/messages`, `{${fields}}`);
      expect([name, answer.status, answer.body]).toMatchObject([name, 400, { code: "INVALID_REQUEST" }]);
    }
    const { message } = await a.ask("send_message", { conversationId, content: "the first good one" });
    expect(message.seq).toBe(1);
    await b.noneBefore("new_message", "conversation_updated");
    expect(b.all("conversation_updated")).toHaveLength(1);
    const { body } = await bob.get<{ conversations: Conversation[] }>("/api/conversations");
    expect(body.conversations).toMatchObject([{ unreadCount: 1, lastSeq: 1 }]);
  });

  test("128 characters of clientMessageId and the greatest seq are still good", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    const clientMessageId = "😀".repeat(32).padEnd(128, "x");
    const { message } = await device.ask("send_message", { conversationId, content: "x", clientMessageId });
    expect(message.clientMessageId).toBe(clientMessageId);
    const far = Number.MAX_SAFE_INTEGER;
    expect((await device.ask("sync", { conversationId, afterSeq: far })).messages).toEqual([]);
    expect(await device.ask("mark_read", { conversationId, seq: far })).toMatchObject({ readSeq: 1 });
  });
});
