import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../lambdas/runtime/env.ts";

const WORKER = {
  TABLE_NAME: "t",
  CALLBACK_URL: "u",
  QUEUE_URL: "q",
  PRESENCE_GRACE_SECONDS: "10",
  DISCLOSE_TO: "participants",
};
const AUTHORIZER = { TABLE_NAME: "t", ISSUER: "i", AUDIENCES: "[]", ALLOWED_ORIGINS: '["a","b"]' };

describe("a function's environment", () => {
  it("is what it asks for, and nothing else", () => {
    expect(readEnvironment("worker", { ...WORKER, LOG_LEVEL: "info", AWS_REGION: "r" })).toEqual({
      ...WORKER,
      PRESENCE_GRACE_SECONDS: 10,
      LOG_LEVEL: "info",
    });
    expect(readEnvironment("signUp", WORKER)).toEqual({ TABLE_NAME: "t" });
  });

  it("names every variable that is missing", () => {
    expect(() => readEnvironment("worker", { TABLE_NAME: "t", QUEUE_URL: "q" })).toThrow(
      "The worker function lacks CALLBACK_URL, PRESENCE_GRACE_SECONDS, DISCLOSE_TO.",
    );
  });

  it("reads numbers", () => {
    const grace = (text: string): number =>
      readEnvironment("worker", { ...WORKER, PRESENCE_GRACE_SECONDS: text }).PRESENCE_GRACE_SECONDS;
    expect([grace("10"), grace("0"), grace("2.5")]).toEqual([10, 0, 2.5]);
    for (const text of ["", "ten", "NaN", "Infinity"])
      expect(() => grace(text)).toThrow(`PRESENCE_GRACE_SECONDS must be a number, not "${text}".`);
  });

  it("reads lists", () => {
    const { AUDIENCES, ALLOWED_ORIGINS } = readEnvironment("authorizer", AUTHORIZER);
    expect([AUDIENCES, ALLOWED_ORIGINS]).toEqual([[], ["a", "b"]]);
    for (const text of ["", "a", "{}", "[1]", '"a"'])
      expect(() => readEnvironment("authorizer", { ...AUTHORIZER, AUDIENCES: text })).toThrow(
        `AUDIENCES must be a JSON array of strings, not "${text}".`,
      );
  });
});
