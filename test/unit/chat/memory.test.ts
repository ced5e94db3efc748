import { expect, it } from "vitest";
import { Remembered } from "../../../lambdas/chat/memory.ts";

it("forgets what was used longest ago", () => {
  const remembered = new Remembered<number>(3);
  for (const [index, key] of ["a", "b", "c"].entries()) remembered.set(key, index);
  remembered.get("a");
  remembered.set("d", 3);
  expect(["a", "b", "c", "d"].map((key) => remembered.get(key))).toEqual([0, undefined, 2, 3]);
  remembered.set("a", 9);
  remembered.set("e", 4);
  expect(["a", "c", "d", "e"].map((key) => remembered.get(key))).toEqual([9, undefined, 3, 4]);
});

it("takes any text for a key", () => {
  const remembered = new Remembered<number>(2);
  expect(remembered.get("__proto__")).toBeUndefined();
  expect(remembered.get("constructor")).toBeUndefined();
  remembered.set("__proto__", 1);
  expect(remembered.get("__proto__")).toBe(1);
});
