import { describe, expect, it } from "vitest";
import { metadata } from "../../../lambdas/protocol/metadata.ts";

const decode = (json: string) => metadata(JSON.parse(json) as unknown, "metadata");
/** So many objects inside each other. */
const levels = (count: number): string => `${'{"a":'.repeat(count - 1)}{}${"}".repeat(count - 1)}`;
/** `{"a":"…"}` takes eight bytes beside its text. */
const ofBytes = (bytes: number): string => JSON.stringify({ a: "x".repeat(bytes - 8) });

describe("metadata", () => {
  it.each([
    "{}",
    '{"a":1,"b":[true,null,"x",{"c":-0.5e-7}],"":"","constructor":{"prototype":1}}',
    levels(5),
    '{"a":[[[[1]]]]}',
    ofBytes(1_024),
    `{"a":${" ".repeat(2_000)}1}`,
  ])("takes %s as it is", (json) => {
    expect(decode(json)).toEqual({ ok: true, value: JSON.parse(json) as unknown });
  });

  it.each([
    ["[]", "be a JSON object"],
    ['"x"', "be a JSON object"],
    ["1", "be a JSON object"],
    ["null", "be a JSON object"],
    [levels(6), "have at most 5 levels"],
    ['{"a":[[[[[1]]]]]}', "have at most 5 levels"],
    [ofBytes(1_025), "take at most 1024 bytes as JSON"],
    [JSON.stringify({ a: "é".repeat(509) }), "take at most 1024 bytes as JSON"],
    ['{"__proto__":{}}', "not have a field __proto__"],
    ['{"a":[{"__proto__":1}]}', "not have a field __proto__"],
    ['{"a":1e999}', "hold finite numbers only"],
    ['{"a":"\\ud83d"}', "not contain lone surrogates"],
    ['{"\\ude00":1}', "not contain lone surrogates"],
  ])("refuses %s", (json, must) => {
    expect(decode(json)).toEqual({ ok: false, message: `metadata must ${must}.` });
  });

  it("refuses what no JSON says", () => {
    for (const value of [undefined, { a: NaN }, { a: Infinity }]) expect(metadata(value, "m").ok).toBe(false);
  });
});
