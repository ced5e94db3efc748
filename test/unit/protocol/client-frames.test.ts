import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../../lambdas/protocol/client-frames.ts";
import { ACTIONS } from "../../../lambdas/protocol/routes.ts";

const decode = (frame: unknown) => decodeFrame(JSON.stringify(frame));
const SEND = { action: "send_message", conversationId: "c", content: "hello" };
const MAX = Number.MAX_SAFE_INTEGER;

/** Frames of each action with nothing but what they must have. */
const LEAST: Record<string, Record<string, unknown>> = {
  join_conversation: { conversationId: "c" },
  leave_conversation: { conversationId: "c" },
  typing_start: { conversationId: "c" },
  typing_stop: { conversationId: "c" },
  send_message: { conversationId: "c", content: "hello" },
  edit_message: { conversationId: "c", seq: 3 },
  delete_message: { conversationId: "c", seq: 3 },
  react: { conversationId: "c", seq: 3, emoji: "👍", on: true },
  mark_read: { conversationId: "c", seq: 3 },
  sync: { conversationId: "c", afterSeq: 0 },
};

describe("a frame", () => {
  it.each(["", "hello", "{", "[]", "[{}]", "1", '"ping"', "null", "true", "\u0000", '{"action":'])(
    "that is no JSON object is refused: %j",
    (text) => {
      expect(decodeFrame(text)).toMatchObject({ ok: false, id: null, action: null });
    },
  );

  it.each([
    "nope",
    "ping",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "SEND_MESSAGE",
    "$connect",
  ])("with the action %s is refused, and answered by its id", (action) => {
    expect(decode({ ...SEND, action, id: "7" })).toMatchObject({ ok: false, id: "7", action });
  });

  it.each([undefined, null, 1, {}, ["sync"], true])("with the action %j is refused", (action) => {
    expect(decode({ ...SEND, action, id: "7" })).toMatchObject({ ok: false, id: "7", action: null });
  });

  it("reads nothing from its prototype", () => {
    expect(decodeFrame('{"__proto__":{"action":"sync","conversationId":"c","afterSeq":0}}').ok).toBe(false);
  });

  it("echoes no endless action", () => {
    expect(decode({ action: "x".repeat(65) })).toMatchObject({ ok: false, action: null });
  });

  it("may carry fields nobody knows", () => {
    expect(decode({ ...SEND, colour: "red", seq: "x" }).ok).toBe(true);
  });

  it.each(["a", "x".repeat(64), "😀".repeat(64)])("has an id of 1 to 64 characters", (id) => {
    expect(decode({ ...SEND, id })).toMatchObject({ ok: true, id });
  });

  it.each(["", "x".repeat(65), "😀".repeat(65), "\ud83d", null, 1, {}, []])(
    "with the id %j is refused without one",
    (id) => {
      expect(decode({ ...SEND, id })).toMatchObject({ ok: false, id: null, action: "send_message" });
    },
  );

  it("needs no id", () => {
    expect(decode(SEND)).toMatchObject({ ok: true, id: null });
  });
});

describe("every action", () => {
  it("is listed here", () => {
    expect([...ACTIONS].sort()).toEqual(Object.keys(LEAST).sort());
  });

  it.each(Object.entries(LEAST))("%s decodes with what it must have", (action, fields) => {
    expect(decode({ action, ...fields })).toMatchObject({ ok: true, frame: { action, ...fields } });
  });

  it.each(
    Object.entries(LEAST).flatMap(([action, fields]) =>
      Object.keys(fields).map((field) => [action, field] as const),
    ),
  )("%s is refused without %s", (action, field) => {
    const { [field]: _, ...rest } = LEAST[action]!;
    const decoded = decode({ action, ...rest, id: "1" });
    expect(decoded).toMatchObject({ ok: false, id: "1", action });
    expect(!decoded.ok && decoded.message).toContain(field);
  });

  it.each(
    Object.keys(LEAST).flatMap((action) => ["", 1, null, {}, []].map((value) => [action, value] as const)),
  )("%s is refused with the conversationId %j", (action, conversationId) => {
    expect(decode({ action, ...LEAST[action], conversationId }).ok).toBe(false);
  });
});

describe("content", () => {
  const withContent = (content: unknown): boolean => decode({ ...SEND, content }).ok;

  it.each(["x", "x".repeat(2_000), "😀".repeat(2_000), " x ", "é", "a\nb", "👩\u200d🚀", "\u200dx"])(
    "%# is fine",
    (content) => {
      expect(decode({ ...SEND, content })).toMatchObject({ ok: true, frame: { content } });
    },
  );

  it.each(["", " ", "\t\r\n\u00a0\u2003\u3000\ufeff", "x".repeat(2_001), "😀".repeat(2_001)])(
    "%# is empty or too long",
    (content) => {
      expect(withContent(content)).toBe(false);
    },
  );

  it.each(["\u0085", "\u200b", "\u200d", "\u2800", "\u00ad", "\u2060 \ufe0f", "\u{e0020}", "\u1160\u3164"])(
    "%# shows nothing",
    (content) => {
      expect(withContent(content)).toBe(false);
    },
  );

  it.each(["a\u0000", "\ud83d", "a\ude00b", "\ude00\ud83d"])("%# holds what cannot be stored", (content) => {
    expect(withContent(content)).toBe(false);
  });

  it.each([1, null, {}, ["x"]])("is a string, not %j", (content) => {
    expect(withContent(content)).toBe(false);
  });
});

describe("clientMessageId", () => {
  const withId = (clientMessageId: unknown) => decode({ ...SEND, clientMessageId });

  it.each(["x", "x".repeat(128), "😀".repeat(128)])("%# is fine", (clientMessageId) => {
    expect(withId(clientMessageId)).toMatchObject({ ok: true, frame: { clientMessageId } });
  });

  it.each(["", "x".repeat(129), "\ud83d", null, 1, {}])("%# is refused", (clientMessageId) => {
    expect(withId(clientMessageId).ok).toBe(false);
  });

  it("may be left out", () => {
    expect(decode(SEND)).toMatchObject({ frame: { clientMessageId: null, afterSeq: null } });
  });
});

describe.each([
  ["send_message", "afterSeq"],
  ["sync", "afterSeq"],
  ["mark_read", "seq"],
])("%s's %s", (action, field) => {
  const withSeq = (text: string) =>
    decodeFrame(JSON.stringify({ action, ...LEAST[action], [field]: "@" }).replace('"@"', text));

  it.each(["0", "1", String(MAX), "1e3", "5.0"])("%s is an integer", (text) => {
    expect(withSeq(text)).toMatchObject({ ok: true, frame: { [field]: Number(text) } });
  });

  it.each(["-1", "1.5", String(2 ** 53), "1e400", '"1"', "null", "true", "[1]", "{}"])(
    "%s is none",
    (text) => {
      expect(withSeq(text).ok).toBe(false);
    },
  );

  it("is no negative zero", () => {
    const decoded = withSeq("-0") as { frame?: Record<string, unknown> };
    expect(Object.is(decoded.frame?.[field], 0)).toBe(true);
  });
});

describe("sync's limit", () => {
  const withLimit = (limit: unknown) => decode({ action: "sync", ...LEAST["sync"], limit });

  it.each([1, 50, 100])("%i is fine", (limit) => {
    expect(withLimit(limit)).toMatchObject({ ok: true, frame: { limit } });
  });
  it.each([0, 101, -1, 1.5, "50", null])("%j is refused", (limit) => {
    expect(withLimit(limit).ok).toBe(false);
  });
  it("is 50 unless told", () => {
    expect(withLimit(undefined)).toMatchObject({ ok: true, frame: { limit: 50 } });
  });
});
