import { describe, expect, it } from "vitest";
import { listIn, numberIn, readEnvironment } from "../../../lambdas/runtime/env.ts";

const WORKER = { TABLE_NAME: "t", CALLBACK_URL: "u", QUEUE_URL: "q", PRESENCE_GRACE_SECONDS: "10" };

describe("a function's environment", () => {
  it("is what it asks for, and nothing else", () => {
    expect(readEnvironment("worker", { ...WORKER, LOG_LEVEL: "info", AWS_REGION: "r" })).toEqual({
      ...WORKER,
      LOG_LEVEL: "info",
    });
    expect(readEnvironment("postConfirmation", WORKER)).toEqual({ TABLE_NAME: "t" });
  });

  it("names every variable that is missing", () => {
    expect(() => readEnvironment("worker", { TABLE_NAME: "t", QUEUE_URL: "q" })).toThrow(
      "The worker function lacks CALLBACK_URL, PRESENCE_GRACE_SECONDS.",
    );
  });

  it("reads numbers", () => {
    expect([numberIn("N", "10"), numberIn("N", "0"), numberIn("N", "2.5")]).toEqual([10, 0, 2.5]);
    for (const text of ["", "ten", "NaN", "Infinity"])
      expect(() => numberIn("N", text)).toThrow("N must be a number");
  });

  it("reads lists", () => {
    expect([listIn("L", "[]"), listIn("L", '["a","b"]')]).toEqual([[], ["a", "b"]]);
    for (const text of ["", "a", "{}", "[1]", '"a"']) expect(() => listIn("L", text)).toThrow();
  });
});
