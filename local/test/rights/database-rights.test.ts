import { expect, it } from "vitest";
import { accessesOf, databaseRefusal } from "../../rights/database-rights.ts";
import type { Caller } from "../../rights/rights.ts";

const PLACE = { region: "eu-west-1", accountId: "123456789012" };

/** Everything that is asked about, in order: the caller may do it all. */
function asked(operation: string, input: object): readonly string[] {
  const seen: string[] = [];
  const caller: Caller = {
    refusalOf: (action, resource, context) => {
      const within = context === undefined ? "" : ` in ${context["dynamodb:enclosingoperation"]}`;
      seen.push(`${action} ${resource.replace("arn:aws:dynamodb:eu-west-1:123456789012:", "")}${within}`);
      return undefined;
    },
  };
  databaseRefusal(caller, operation, accessesOf(operation, input), PLACE);
  return seen;
}

it("asks for a call's own right on its table, or on the index it reads", () => {
  expect(asked("PutItem", { TableName: "items" })).toEqual(["dynamodb:PutItem table/items"]);
  expect(asked("Query", { TableName: "items", IndexName: "by-name" })).toEqual([
    "dynamodb:Query table/items/index/by-name",
  ]);
  expect(asked("GetItem", { TableName: "arn:aws:dynamodb:eu-west-1:123456789012:table/items" })).toEqual([
    "dynamodb:GetItem table/items",
  ]);
});

it("asks for a batch's right on each of its tables", () => {
  expect(asked("BatchGetItem", { RequestItems: { one: {}, two: {} } })).toEqual([
    "dynamodb:BatchGetItem table/one",
    "dynamodb:BatchGetItem table/two",
  ]);
});

it("asks for the right of each item of a transaction", () => {
  const items = ["Put", "Update", "Delete", "ConditionCheck"].map((kind) => ({
    [kind]: { TableName: "items" },
  }));
  expect(asked("TransactWriteItems", { TransactItems: items })).toEqual(
    ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"].map(
      (action) => `dynamodb:${action} table/items in TransactWriteItems`,
    ),
  );
  expect(asked("TransactGetItems", { TransactItems: [{ Get: { TableName: "items" } }] })).toEqual([
    "dynamodb:GetItem table/items in TransactGetItems",
  ]);
});
