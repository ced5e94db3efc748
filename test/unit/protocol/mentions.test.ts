import { describe, expect, it } from "vitest";
import { mentions } from "../../../lambdas/protocol/mentions.ts";

const people = (count: number): string[] => Array.from({ length: count }, (_, index) => `user-${index}`);
/** So many ids of 80 bytes as JSON, with what parts them. */
const long = (count: number): string[] => people(count).map((id) => id.padEnd(77, "x"));

describe("mentions", () => {
  it.each([[[]], [["a"]], [people(50)], [["a#b", "😀".repeat(255)]], [long(50)]])("are taken: %j", (ids) => {
    expect(mentions(ids, "mentions")).toEqual({ ok: true, value: ids });
  });

  it.each([
    [people(51), "name at most 50 users"],
    [["a", "b", "a"], "name nobody twice"],
    [people(20).map((id) => id + "x".repeat(240)), "take at most 4096 bytes as JSON"],
    [[""], "be a string of 1 to 255 characters"],
    [["x".repeat(256)], "be a string of 1 to 255 characters"],
    [["\ud83d"], "be a string of 1 to 255 characters"],
    [[1], "be a string of 1 to 255 characters"],
    [[null], "be a string of 1 to 255 characters"],
    ["bob", "be a list"],
    [{}, "be a list"],
    [null, "be a list"],
  ])("are refused: %j", (ids, must) => {
    expect(mentions(ids, "mentions")).toEqual({ ok: false, message: `mentions must ${must}.` });
  });
});
