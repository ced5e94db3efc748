import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seqOfMessageId } from "../../lambdas/chat/model/ids.ts";
import { listConversations } from "../../lambdas/chat/operations/list-conversations.ts";
import { Refusal } from "../../lambdas/chat/model/refusal.ts";
import { decodeFrame } from "../../lambdas/protocol/client-frames.ts";
import { ACTIONS } from "../../lambdas/protocol/routes.ts";
import type { ClientFrame } from "../../lambdas/protocol/client-frames.ts";
import type { Decoded } from "../../lambdas/protocol/fields.ts";
import {
  decodeFindOrCreateRequest,
  decodeHistoryQuery,
  decodeListQuery,
  decodePresenceQuery,
  decodeReadRequest,
  decodeSendRequest,
  decodeUserQuery,
} from "../../lambdas/protocol/http-requests.ts";
import { memoryChat } from "../support/memory/chat.ts";
import { runs } from "../support/property-runs.ts";

/** Names that stand in a prototype, and those the protocol knows. */
const names = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"),
  fc.constantFrom("action", "id", "conversationId", "content", "clientMessageId", "afterSeq", "seq", "limit"),
  fc.string(),
);
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("", " ", "\u0000", "\ud83d", "\ude00", "\ufeff", ...ACTIONS),
  fc
    .tuple(fc.constantFrom("x", "😀", " ", "\u0000"), fc.integer({ min: 0, max: 20_000 }))
    .map(([unit, count]) => unit.repeat(count)),
);
const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, -1, 100, 101, 2 ** 53 - 1, 2 ** 53, 1e308, 0.5),
);
const values = fc.oneof(texts, numbers, fc.constantFrom(null, true, false), fc.jsonValue(), fc.array(texts));

/** JSON of anything, `__proto__` as a field of its own included: it is written as text. */
const objectText = fc
  .array(fc.tuple(names, values))
  .map(
    (fields) =>
      `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`,
  );
const nested = fc
  .tuple(
    fc.constantFrom('{"action":', "[", '{"__proto__":', '{"content":'),
    fc.integer({ min: 1, max: 20_000 }),
  )
  .map(([open, depth]) => open.repeat(depth) + "1" + (open === "[" ? "]" : "}").repeat(depth));
const plausible = fc
  .record(
    {
      action: fc.oneof(fc.constantFrom(...ACTIONS), values),
      id: fc.oneof(fc.string({ maxLength: 80 }), values),
      conversationId: fc.oneof(fc.string(), values),
      content: fc.oneof(fc.string({ unit: "binary", maxLength: 2_100 }), values),
      clientMessageId: fc.oneof(fc.string({ maxLength: 140 }), values),
      afterSeq: fc.oneof(fc.nat(), values),
      replyToSeq: fc.oneof(fc.nat(), values),
      mentions: fc.oneof(fc.array(fc.string({ maxLength: 3 }), { maxLength: 60 }), values),
      metadata: fc.oneof(fc.dictionary(names, fc.oneof(fc.jsonValue(), texts), { maxKeys: 3 }), values),
      seq: fc.oneof(fc.nat(), values),
      limit: fc.oneof(fc.nat(120), values),
    },
    { requiredKeys: ["action", "conversationId"] },
  )
  .map((fields) => JSON.stringify(fields));
const bodies = fc.oneof(
  { weight: 5, arbitrary: plausible },
  { weight: 3, arbitrary: objectText },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

const isSeq = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
const isLimit = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 100;
const isContent = (value: string): boolean =>
  value.trim() !== "" && [...value].length <= 2_000 && !/\u0000|\p{Surrogate}/u.test(value);
const isClientMessageId = (value: string | null): boolean =>
  value === null || ([...value].length >= 1 && [...value].length <= 128 && !/\p{Surrogate}/u.test(value));

const areMentions = (ids: readonly string[]): boolean =>
  ids.length <= 50 &&
  new Set(ids).size === ids.length &&
  ids.every((id) => [...id].length >= 1 && [...id].length <= 255 && !/\p{Surrogate}/u.test(id));
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
const isMetadata = (value: unknown): boolean => {
  if (value === null) return true;
  const json = JSON.stringify(value);
  const isObject = typeof value === "object" && !Array.isArray(value);
  return isObject && Buffer.byteLength(json) <= 1_024 && depthOf(value) <= 5 && !/"__proto__":/.test(json);
};

function isWithinLimits(frame: ClientFrame): boolean {
  if (frame.conversationId === "") return false;
  switch (frame.action) {
    case "join_conversation":
    case "leave_conversation":
    case "typing_start":
    case "typing_stop":
      return true;
    case "mark_read":
    case "delete_message":
      return isSeq(frame.seq);
    case "edit_message":
      return (
        isSeq(frame.seq) &&
        (frame.content === undefined || isContent(frame.content)) &&
        (frame.mentions === undefined || areMentions(frame.mentions)) &&
        isMetadata(frame.metadata ?? null) &&
        (frame.ifRev === null || isSeq(frame.ifRev))
      );
    case "react":
      return isSeq(frame.seq) && typeof frame.on === "boolean" && Buffer.byteLength(frame.emoji) <= 32;
    case "sync":
      return (
        isSeq(frame.afterSeq) && (frame.afterRev === null || isSeq(frame.afterRev)) && isLimit(frame.limit)
      );
    case "send_message":
      return (
        isContent(frame.content) &&
        isClientMessageId(frame.clientMessageId) &&
        (frame.afterSeq === null || isSeq(frame.afterSeq)) &&
        (frame.replyToSeq === null || (isSeq(frame.replyToSeq) && frame.replyToSeq > 0)) &&
        areMentions(frame.mentions) &&
        isMetadata(frame.metadata)
      );
  }
}

describe("whatever comes", () => {
  it("as a frame is decoded within the limits, or refused in a sentence", () => {
    let accepted = 0;
    fc.assert(
      fc.property(bodies, (text) => {
        const decoded = decodeFrame(text);
        if (decoded.id !== null) expect(decoded.id).toMatch(/^[^]{1,64}$/);
        if (decoded.ok) {
          accepted += 1;
          expect(isWithinLimits(decoded.frame)).toBe(true);
        } else {
          expect(decoded.message).toMatch(/\.$/);
          expect(decoded.message.length).toBeLessThan(200);
          expect(decoded.action === null || decoded.action.length <= 64).toBe(true);
        }
      }),
      runs(5_000),
    );
    // Else the property would say nothing about what is accepted.
    expect(accepted).toBeGreaterThan(100);
  });

  it("as a body likewise", () => {
    const refused = (decoded: Decoded<unknown>): boolean => !decoded.ok && decoded.message.endsWith(".");
    fc.assert(
      fc.property(bodies, (text) => {
        const send = decodeSendRequest(text);
        if (send.ok) {
          const { content, clientMessageId, afterSeq, mentions, metadata } = send.value;
          expect(areMentions(mentions) && isMetadata(metadata)).toBe(true);
          expect(isContent(content) && isClientMessageId(clientMessageId)).toBe(true);
          expect(afterSeq === null || isSeq(afterSeq)).toBe(true);
        } else expect(refused(send)).toBe(true);
        const read = decodeReadRequest(text);
        expect(read.ok ? isSeq(read.value.seq) : refused(read)).toBe(true);
        const pair = decodeFindOrCreateRequest(text);
        expect(pair.ok ? pair.value.otherUserId.length > 0 : refused(pair)).toBe(true);
      }),
      runs(2_000),
    );
  });

  it("as a query likewise", () => {
    const query = fc.dictionary(
      fc.oneof(fc.constantFrom("limit", "cursor", "before", "after", "markRead", "userId"), names),
      fc.oneof(texts, fc.nat(120).map(String), fc.constantFrom("true", "false")),
    );
    fc.assert(
      fc.property(query, (fields) => {
        const list = decodeListQuery(fields);
        if (list.ok) expect(isLimit(list.value.limit)).toBe(true);
        const history = decodeHistoryQuery(fields);
        if (history.ok) {
          expect(isLimit(history.value.limit)).toBe(true);
          expect(typeof history.value.markRead).toBe("boolean");
          expect(["string", "undefined"]).toContain(typeof history.value.from?.messageId);
        }
        const user = decodeUserQuery(fields);
        if (user.ok) expect(user.value.userId).not.toBe("");
      }),
      runs(2_000),
    );
  });

  it("as presence query is up to 100 ids, and their joined text", () => {
    const raw = fc.oneof(
      fc.string().map((text) => `userIds=${text}`),
      fc
        .array(fc.string({ minLength: 1, unit: "grapheme" }), { maxLength: 130 })
        .map((ids) => `userIds=${ids.map(encodeURIComponent).join(",")}`),
      fc
        .array(fc.string({ minLength: 1, unit: "grapheme" }), { maxLength: 130 })
        .map((ids) => `userIds=${encodeURIComponent(ids.join(","))}`),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(raw, (rawQuery) => {
        const decoded = decodePresenceQuery(rawQuery);
        if (!decoded.ok) return;
        const { userIds } = decoded.value;
        expect(userIds.length).toBeGreaterThanOrEqual(1);
        expect(userIds.length).toBeLessThanOrEqual(101);
        expect(new Set(userIds).size).toBe(userIds.length);
        expect(userIds).not.toContain("");
      }),
      runs(2_000),
    );
  });

  it("as ids encoded one by one come back as they are", () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" }), {
      minLength: 2,
      maxLength: 100,
    });
    fc.assert(
      fc.property(ids, (userIds) => {
        const decoded = decodePresenceQuery(`userIds=${userIds.map(encodeURIComponent).join(",")}`);
        expect(decoded).toEqual({ ok: true, value: { userIds } });
      }),
      runs(500),
    );
  });

  it("as message id is a seq of this conversation, or none", () => {
    const id = "0123456789abcdefghijKL";
    const suffix = fc.oneof(fc.nat().map(String), fc.bigInt({ min: 0n }).map(String), texts);
    fc.assert(
      fc.property(
        fc.oneof(
          suffix.map((text) => `${id}-${text}`),
          texts,
        ),
        (text) => {
          const seq = seqOfMessageId(text, id);
          if (seq !== null) expect([isSeq(seq), `${id}-${seq}`]).toEqual([true, text]);
        },
      ),
      runs(2_000),
    );
  });

  it("as cursor is a place in the list, or refused", async () => {
    const chat = memoryChat();
    const base64 = (text: string): string => Buffer.from(text).toString("base64url");
    const cursor = fc.oneof(
      texts,
      texts.map(base64),
      fc
        .tuple(numbers, fc.constantFrom("0123456789abcdefghijKL", "x", ""))
        .map(([at, id]) => base64(`${at}.${id}`)),
    );
    await fc.assert(
      fc.asyncProperty(cursor, async (text) => {
        const caller = { userId: "ann", connectionId: null };
        try {
          const page = await listConversations(chat, caller, { limit: 20, cursor: text });
          expect(page).toEqual({ conversations: [], nextCursor: null });
          expect(Buffer.from(text, "base64url").toString()).toMatch(/^\d{1,15}\.[0-9A-Za-z]{22}$/);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(error.code).toBe("INVALID_REQUEST");
        }
      }),
      runs(2_000),
    );
  });
});
