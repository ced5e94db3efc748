import { describe, expect, expectTypeOf, it } from "vitest";
import {
  digits,
  finite,
  flag,
  integer,
  list,
  nonEmpty,
  nullable,
  object,
  oneOf,
  optional,
  parseJson,
  record,
  text,
  textUpTo,
  variants,
} from "../../../lambdas/protocol/fields.ts";
import type { Decoder, ValueOf } from "../../../lambdas/protocol/fields.ts";

const MAX = Number.MAX_SAFE_INTEGER;

/** Each decoder, what it takes, what it refuses, and what it says then. */
const KINDS: readonly [name: string, Decoder<unknown>, good: unknown[], bad: unknown[], says: string][] = [
  ["text", text, ["", "a"], [undefined, null, 1, ["a"]], "x must be a string."],
  ["nonEmpty", nonEmpty, ["a", " "], ["", undefined, null, 1], "x must be a non-empty string."],
  ["flag", flag, [true, false], ["true", 0, null, undefined], "x must be true or false."],
  ["finite", finite, [0, -1.5, MAX], ["1", Number.NaN, Infinity, null, undefined], "x must be a number."],
  ["oneOf", oneOf("on", "off"), ["on", "off"], ["ON", "", undefined], "x must be on or off."],
  [
    "textUpTo",
    textUpTo(2),
    ["a", "ab", "😀😀"],
    ["", "abc", "😀😀😀", "\ud800", 1, null, undefined],
    "x must be a string of 1 to 2 characters.",
  ],
  ["integer", integer(1, 3), [1, 3], [0, 4, 1.5, "1", null, undefined], "x must be an integer from 1 to 3."],
  ["integer of any size", integer(0, MAX), [0, MAX], [-1, MAX + 1], "x must be an integer from 0 to 2^53-1."],
  [
    "digits",
    digits(1, 30),
    [],
    ["", "0", "31", "+1", " 1", "1e1", 1, undefined],
    "x must be an integer from 1 to 30.",
  ],
  ["list", list(flag), [[], [true, false]], [{}, "", null, undefined], "x must be a list."],
  ["record", record(flag), [], [[], "", null, undefined], "x must be a JSON object."],
  ["object", object({}), [{}], [[], "", null, undefined], "x must be a JSON object."],
];

describe.each(KINDS)("%s", (_name, decode, good, bad, says) => {
  it("gives what it takes", () => {
    for (const value of good) expect(decode(value, "x")).toEqual({ ok: true, value });
  });

  it.each(bad)("refuses %j in a sentence", (value) => {
    expect(decode(value, "x")).toEqual({ ok: false, message: says });
  });
});

it("numbers in a query are digits, minus zero is zero", () => {
  expect(digits(1, 30)("007", "x")).toEqual({ ok: true, value: 7 });
  expect(integer(0, 1)(-0, "x")).toEqual({ ok: true, value: 0 });
});

it("what is optional may be missing, what is nullable may be null, and not the other way round", () => {
  expect(optional(flag, "none")(undefined, "x")).toEqual({ ok: true, value: "none" });
  expect(optional(flag, "none")(null, "x").ok).toBe(false);
  expect(nullable(flag)(null, "x")).toEqual({ ok: true, value: null });
  expect(nullable(flag)(undefined, "x").ok).toBe(false);
});

describe("an object", () => {
  const point = object({ x: finite, label: optional(text, null) });

  it("has its fields and no other, and tells the first that is wrong", () => {
    expect(point({ x: 1, z: 2 }, "it")).toEqual({ ok: true, value: { x: 1, label: null } });
    expect(point({ label: 1 }, "it")).toEqual({ ok: false, message: "x must be a number." });
  });

  it("reads own fields only", () => {
    const inherited: unknown = Object.create({ x: 1 });
    expect(point(inherited, "it").ok).toBe(false);
    expect(object({ constructor: text })({}, "it").ok).toBe(false);
  });

  it("gives its type", () => {
    expectTypeOf<ValueOf<typeof point>>().toEqualTypeOf<{
      readonly x: number;
      readonly label: string | null;
    }>();
  });
});

it("a record keeps every key, even one that objects inherit", () => {
  const decoded = record(finite)(parseJson('{"__proto__":1,"a":2}'), "it");
  expect(decoded).toEqual({
    ok: true,
    value: new Map([
      ["__proto__", 1],
      ["a", 2],
    ]),
  });
  expect(record(finite)({ a: "1" }, "it").ok).toBe(false);
});

describe("variants", () => {
  const shape = variants("type", { circle: object({ r: finite }), square: object({ side: finite }) }, [
    "line",
  ]);

  it("are told apart by their field", () => {
    expect(shape({ type: "circle", r: 1, side: 2 }, "it")).toEqual({
      ok: true,
      value: { type: "circle", r: 1 },
    });
    expect(shape({ type: "square", r: 1 }, "it")).toEqual({ ok: false, message: "side must be a number." });
  });

  it.each([{}, { type: "line" }, { type: "toString" }, { type: "__proto__" }, { type: 1 }, null, "circle"])(
    "are none of %j",
    (value) => {
      const message = "type must be one of circle, square, line.";
      expect(shape(value, "it")).toEqual({ ok: false, message });
    },
  );

  it("give their type", () => {
    expectTypeOf<ValueOf<typeof shape>>().toEqualTypeOf<
      | ({ readonly type: "circle" } & { readonly r: number })
      | ({ readonly type: "square" } & { readonly side: number })
    >();
  });
});

it("text that is no JSON says nothing", () => {
  expect(parseJson("{")).toBeUndefined();
  expect(parseJson("null")).toBeNull();
});
