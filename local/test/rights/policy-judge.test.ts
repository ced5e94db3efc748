import { describe, expect, it } from "vitest";
import type { ConditionModel, StatementModel } from "../../assembly/model.ts";
import type { CallContext } from "../../rights/conditions.ts";
import { compilePolicies } from "../../rights/policy-judge.ts";

const TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/items";

const statement = (given: Partial<StatementModel>): StatementModel => ({
  effect: "Allow",
  actions: [],
  notActions: [],
  resources: [],
  notResources: [],
  conditions: [],
  ...given,
});

/** What becomes of one call. */
function decide(
  statements: readonly Partial<StatementModel>[],
  action: string,
  resource = TABLE,
  context: CallContext = {},
): string {
  const outcome = compilePolicies(statements.map(statement));
  if (outcome.type === "unreadable") return outcome.sentence;
  const decision = outcome.judge(action, resource, context);
  return decision.type === "allowed" ? "allowed" : decision.how;
}

describe("a policy", () => {
  const get = { actions: ["dynamodb:GetItem"], resources: [TABLE] };

  it("allows what it names, and nothing else", () => {
    expect(decide([get], "dynamodb:GetItem")).toBe("allowed");
    expect(decide([get], "dynamodb:PutItem")).toBe("implicit");
    expect(decide([get], "dynamodb:GetItem", `${TABLE}/index/by-name`)).toBe("implicit");
    expect(decide([get], "dynamodb:GetItem", `${TABLE}2`)).toBe("implicit");
    expect(decide([], "dynamodb:GetItem")).toBe("implicit");
    expect(decide([get], "dynamodb:NoSuchThing")).toBe("implicit");
  });

  it("knows actions in any case, and resources in their own", () => {
    expect(decide([get], "DynamoDB:getitem")).toBe("allowed");
    expect(decide([get], "dynamodb:GetItem", TABLE.replace("items", "Items"))).toBe("implicit");
  });

  it.each([
    ["dynamodb:*", TABLE, "allowed"],
    ["dynamodb:Get*", TABLE, "allowed"],
    ["dynamodb:???Item", TABLE, "allowed"],
    ["dynamodb:?Item", TABLE, "implicit"],
    ["*", "*", "allowed"],
    ["dynamodb:GetItem", `${TABLE}*`, "allowed"],
    ["dynamodb:GetItem", `${TABLE}/*`, "implicit"],
    ["dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/item?", "allowed"],
    // A dot is a dot.
    ["dynamodb.GetItem", TABLE, "implicit"],
  ])("takes %s on %s as a pattern: %s", (action, resource, expected) => {
    expect(decide([{ actions: [action], resources: [resource] }], "dynamodb:GetItem")).toBe(expected);
  });

  it("denies whatever allows it, in any order", () => {
    const deny = { ...get, effect: "Deny" as const };
    expect(decide([get, deny], "dynamodb:GetItem")).toBe("explicit");
    expect(decide([deny, get], "dynamodb:GetItem")).toBe("explicit");
    expect(decide([{ ...deny, resources: ["other"] }, get], "dynamodb:GetItem")).toBe("allowed");
  });

  it("covers all but what it leaves out", () => {
    const but = { notActions: ["dynamodb:Delete*"], notResources: [`${TABLE}/index/*`] };
    expect(decide([but], "dynamodb:GetItem")).toBe("allowed");
    expect(decide([but], "dynamodb:DeleteItem")).toBe("implicit");
    expect(decide([but], "dynamodb:Query", `${TABLE}/index/by-name`)).toBe("implicit");
  });
});

describe("a condition", () => {
  const under = (condition: ConditionModel, context: CallContext): string =>
    decide(
      [{ actions: ["*"], resources: ["*"], conditions: [condition] }],
      "dynamodb:PutItem",
      TABLE,
      context,
    );
  const region = (operator: string, ...values: string[]): ConditionModel => ({
    operator,
    key: "aws:RequestedRegion",
    values,
  });
  const here = { "aws:requestedregion": "eu-west-1" };

  it.each([
    [region("StringEquals", "eu-west-1", "eu-west-2"), here, "allowed"],
    [region("StringEquals", "EU-WEST-1"), here, "implicit"],
    [region("StringEqualsIgnoreCase", "EU-WEST-1"), here, "allowed"],
    [region("StringLike", "eu-*"), here, "allowed"],
    [region("StringNotLike", "eu-*"), here, "implicit"],
    [region("StringNotEquals", "us-east-1"), here, "allowed"],
    [region("StringEquals", "eu-west-1"), {}, "implicit"],
    [region("StringEqualsIfExists", "eu-west-1"), {}, "allowed"],
    [region("StringNotEquals", "eu-west-1"), {}, "allowed"],
    [region("Null", "true"), {}, "allowed"],
    [region("Null", "false"), {}, "implicit"],
  ])("%j in %j: %s", (condition, context, expected) => {
    expect(under(condition, context)).toBe(expected);
  });

  it("knows the transaction that an item is written in", () => {
    const condition = {
      operator: "StringEquals",
      key: "dynamodb:EnclosingOperation",
      values: ["TransactWriteItems"],
    };
    expect(under(condition, { "dynamodb:enclosingoperation": "TransactWriteItems" })).toBe("allowed");
    expect(under(condition, {})).toBe("implicit");
  });

  it("that is not known here makes the policies unreadable", () => {
    const keys = { operator: "ForAllValues:StringEquals", key: "dynamodb:LeadingKeys", values: ["a"] };
    expect(under(keys, {})).toContain("ForAllValues:StringEquals on dynamodb:LeadingKeys");
    expect(under(region("NumericLessThan", "1"), here)).toContain("NumericLessThan");
  });
});
