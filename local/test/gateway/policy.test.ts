import { describe, expect, it } from "vitest";
import { readAuthorizerResult } from "../../gateway/websocket/policy.ts";

const ARN = "arn:aws:execute-api:eu-west-1:1:api/local/$connect";
const ALLOW = { Action: "execute-api:Invoke", Effect: "Allow", Resource: ARN };

function verdictOf(...statements: unknown[]): string {
  const policyDocument = { Version: "2012-10-17", Statement: statements };
  return readAuthorizerResult({ principalId: "p", policyDocument }, ARN).type;
}

describe("the policy of an authorizer", () => {
  it.each([
    ["the very method", ARN, "allowed"],
    ["everything", "*", "allowed"],
    ["a run of characters", "arn:aws:execute-api:*:1:api/*", "allowed"],
    ["one character", "arn:aws:execute-api:eu-west-?:1:api/local/$connect", "allowed"],
    ["two characters for one", "arn:aws:execute-api:eu-west-1:1:ap?i/local/$connect", "denied"],
    ["a dot that is no wildcard", ARN.replace("-", "."), "denied"],
    ["another stage", ARN.replace("local", "prod"), "denied"],
  ])("allows by resource: %s", (_name, resource, expected) => {
    expect(verdictOf({ ...ALLOW, Resource: [resource] })).toBe(expected);
  });

  it("lets an explicit Deny win, wherever it stands", () => {
    const deny = { ...ALLOW, Effect: "Deny", Resource: "*" };
    expect(verdictOf(ALLOW, deny)).toBe("denied");
    expect(verdictOf(deny, ALLOW)).toBe("denied");
    expect(verdictOf(ALLOW, { ...deny, Resource: "arn:other" })).toBe("allowed");
  });

  it("counts only the invoke action", () => {
    expect(verdictOf({ ...ALLOW, Action: "execute-api:*" })).toBe("allowed");
    expect(verdictOf({ ...ALLOW, Action: ["s3:GetObject"] })).toBe("denied");
  });

  it.each([
    ["a condition, which is not evaluated", { ...ALLOW, Condition: {} }],
    ["no effect", { ...ALLOW, Effect: "allow" }],
    ["no resource", { Action: "*", Effect: "Allow" }],
  ])("is malformed with %s", (_name, statement) => {
    expect(verdictOf(statement)).toBe("malformed");
  });

  it("takes a single statement that is not in a list", () => {
    const result = { principalId: "p", policyDocument: { Statement: ALLOW } };
    expect(readAuthorizerResult(result, ARN)).toEqual({ type: "allowed", principalId: "p", context: {} });
    expect(readAuthorizerResult({ ...result, principalId: 1 }, ARN).type).toBe("malformed");
  });
});
