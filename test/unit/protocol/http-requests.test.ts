import { describe, expect, it } from "vitest";
import {
  decodeFindOrCreateRequest,
  decodeHistoryQuery,
  decodeListQuery,
  decodePresenceQuery,
  decodeQuery,
  decodeReadRequest,
  decodeSendRequest,
  decodeUserQuery,
} from "../../../lambdas/protocol/http-requests.ts";

const json = JSON.stringify;

describe.each([
  ["send", decodeSendRequest],
  ["read", decodeReadRequest],
  ["find-or-create", decodeFindOrCreateRequest],
])("the body of %s", (_name, decode) => {
  it.each(["", "{", "[]", "null", "1", '"x"', "{}"])("%j is refused", (body) => {
    expect(decode(body).ok).toBe(false);
  });
});

describe("bodies", () => {
  it("send: content and what may stand beside it", () => {
    expect(decodeSendRequest(json({ content: "x", other: 1 }))).toEqual({
      ok: true,
      value: {
        content: "x",
        clientMessageId: null,
        afterSeq: null,
        replyToSeq: null,
        mentions: [],
        metadata: null,
      },
    });
    const whole = {
      content: "x",
      clientMessageId: "m",
      afterSeq: 0,
      replyToSeq: 1,
      mentions: ["bob"],
      metadata: { a: [1] },
    };
    expect(decodeSendRequest(json(whole))).toEqual({ ok: true, value: whole });
  });

  it.each([
    { content: " " },
    { content: "x".repeat(2_001) },
    { content: "x", clientMessageId: "" },
    { content: "x", afterSeq: -1 },
    { content: "x", afterSeq: "1" },
    { content: "x", replyToSeq: 0 },
    { content: "x", mentions: null },
    { content: "x", metadata: [] },
  ])("send refuses %j", (body) => {
    expect(decodeSendRequest(json(body)).ok).toBe(false);
  });

  it("read: a seq", () => {
    expect(decodeReadRequest(json({ seq: 7 }))).toEqual({ ok: true, value: { seq: 7 } });
    for (const seq of [-1, 1.5, "7", null]) expect(decodeReadRequest(json({ seq })).ok).toBe(false);
  });

  it("find-or-create: somebody", () => {
    expect(decodeFindOrCreateRequest(json({ otherUserId: "a#b" }))).toEqual({
      ok: true,
      value: { otherUserId: "a#b" },
    });
    for (const otherUserId of ["", 1, null, []]) {
      expect(decodeFindOrCreateRequest(json({ otherUserId })).ok).toBe(false);
    }
    expect(decodeFindOrCreateRequest('{"__proto__":{"otherUserId":"x"}}').ok).toBe(false);
  });
});

describe("queries", () => {
  it.each([
    [{}, 20, null],
    [{ limit: "1" }, 1, null],
    [{ limit: "100", cursor: "abc" }, 100, "abc"],
    [{ limit: "20", cursor: "" }, 20, null],
    [{ limit: "007" }, 7, null],
  ])("list %j", (query, limit, cursor) => {
    expect(decodeListQuery(query)).toEqual({ ok: true, value: { limit, cursor, archived: false } });
  });

  it.each(["0", "101", "", "-1", "+1", "1.0", "1e1", "0x10", " 5", "5 ", "٥", "9".repeat(40)])(
    "limit %j is refused",
    (limit) => {
      expect(decodeListQuery({ limit }).ok).toBe(false);
      expect(decodeHistoryQuery({ limit }).ok).toBe(false);
    },
  );

  it.each([
    [{}, { limit: 50, markRead: true, from: null }],
    [
      { markRead: "false", limit: "3" },
      { limit: 3, markRead: false, from: null },
    ],
    [{ markRead: "true" }, { limit: 50, markRead: true, from: null }],
    [{ before: "m" }, { limit: 50, markRead: true, from: { direction: "before", messageId: "m" } }],
    [{ after: "m" }, { limit: 50, markRead: true, from: { direction: "after", messageId: "m" } }],
  ])("history %j", (query, value) => {
    expect(decodeHistoryQuery(query)).toEqual({ ok: true, value });
  });

  it.each([{ markRead: "no" }, { markRead: "" }, { before: "a", after: "b" }])(
    "history refuses %j",
    (query) => {
      expect(decodeHistoryQuery(query).ok).toBe(false);
    },
  );

  it("user: an id", () => {
    expect(decodeUserQuery({ userId: "a b" })).toEqual({ ok: true, value: { userId: "a b" } });
    expect(decodeUserQuery({ userId: "" }).ok).toBe(false);
    expect(decodeUserQuery({}).ok).toBe(false);
  });
});

describe("presence", () => {
  const idsOf = (rawQuery: string): readonly string[] | null => {
    const decoded = decodePresenceQuery(rawQuery);
    return decoded.ok ? decoded.value.userIds : null;
  };

  it.each([
    ["userIds=a,b", ["a", "b"]],
    ["x=1&userIds=a", ["a"]],
    ["userIds=a%26b,c%3Dd", ["a&b", "c=d"]],
    ["userIds=a%2Cb,c", ["a,b", "c"]],
    ["userIds=a,a", ["a"]],
    ["userIds=%C3%A9", ["é"]],
    ["user%49ds=a", ["a"]],
  ])("%s", (rawQuery, ids) => {
    expect(idsOf(rawQuery)).toEqual(ids);
  });

  it("reads a list whose commas were encoded too as the list and as one id", () => {
    expect(idsOf("userIds=a%2Cb")).toEqual(["a,b", "a", "b"]);
    expect(idsOf("userIds=a%2520c%2Cb")).toEqual(["a%20c,b", "a c", "b"]);
  });

  it.each(["", "userIds=", "userIds", "userIds=a,,b", "userIds=,", "userIds=%ZZ", "userIds=%ff", "ids=a"])(
    "%j is refused",
    (rawQuery) => {
      expect(idsOf(rawQuery)).toBeNull();
    },
  );

  it("takes up to 100 ids", () => {
    const ids = Array.from({ length: 100 }, (_, index) => `user-${index}`);
    expect(idsOf(`userIds=${ids.join(",")}`)).toHaveLength(100);
    expect(idsOf(`userIds=${ids.join("%2C")}`)).toEqual(expect.arrayContaining(ids));
    expect(idsOf(`userIds=${[...ids, "one-more"].join(",")}`)).toBeNull();
    expect(idsOf(`userIds=${[...ids, "one-more"].join("%2C")}`)).toBeNull();
  });
});

describe("a query", () => {
  it.each([
    ["", {}],
    ["a=1&b=", { a: "1", b: "" }],
    ["a", { a: "" }],
    ["&a=1&", { a: "1" }],
    ["a=caf%C3%A9+x", { a: "café x" }],
    ["%61=1", { a: "1" }],
    ["a=b=c", { a: "b=c" }],
    ["__proto__=1", { ["__proto__"]: "1" }],
  ])("%j is read as the client wrote it", (rawQuery, query) => {
    const decoded = decodeQuery(rawQuery);
    expect(decoded.ok && Object.entries(decoded.value)).toEqual(Object.entries(query));
  });

  it.each(["userId=caf%E9", "%E9=1", "a=%", "a=%zz", "a=%ED%A0%80"])("%j is no UTF-8", (rawQuery) => {
    expect(decodeQuery(rawQuery)).toMatchObject({
      ok: false,
      message: expect.stringContaining("UTF-8") as string,
    });
  });

  it.each(["userIds=bob&userIds=alice", "limit=1&x=2&limit=1", "a&%61"])("%j gives one twice", (rawQuery) => {
    expect(decodeQuery(rawQuery)).toMatchObject({
      ok: false,
      message: expect.stringContaining("twice") as string,
    });
  });
});
