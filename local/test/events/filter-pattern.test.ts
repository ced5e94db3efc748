import { describe, expect, it } from "vitest";
import { passesFilters } from "../../events/filter-pattern.ts";

const record = {
  eventName: "MODIFY",
  dynamodb: {
    Keys: { pk: { S: "U#ann" }, sk: { S: "P" } },
    NewImage: { state: { S: "on" }, version: { N: "7" }, tags: { SS: ["a", "b"] }, gone: { NULL: true } },
    OldImage: { state: { S: "off" } },
  },
  size: 120,
  empty: "",
  nothing: null,
};

describe("a filter pattern", () => {
  it.each<[string, unknown, boolean]>([
    ["an exact value", { eventName: ["MODIFY"] }, true],
    ["another exact value", { eventName: ["INSERT"] }, false],
    ["any value of a list", { eventName: ["INSERT", "MODIFY"] }, true],
    ["all fields of a pattern", { eventName: ["MODIFY"], size: [1] }, false],
    ["a nested field", { dynamodb: { NewImage: { state: { S: ["on"] } } } }, true],
    ["a nested field that is missing", { dynamodb: { NewImage: { other: { S: ["on"] } } } }, false],
    [
      "a change between two states",
      { dynamodb: { NewImage: { state: { S: ["on"] } }, OldImage: { state: { S: ["off"] } } } },
      true,
    ],
    ["a prefix", { dynamodb: { Keys: { pk: { S: [{ prefix: "U#" }] } } } }, true],
    ["another prefix", { dynamodb: { Keys: { pk: { S: [{ prefix: "C#" }] } } } }, false],
    ["a prefix in any case", { eventName: [{ prefix: { "equals-ignore-case": "mod" } }] }, true],
    ["a suffix", { dynamodb: { Keys: { pk: { S: [{ suffix: "ann" }] } } } }, true],
    ["another suffix", { eventName: [{ suffix: "FYI" }] }, false],
    ["a value in any case", { eventName: [{ "equals-ignore-case": "modify" }] }, true],
    ["the same letters in another case", { eventName: ["modify"] }, false],
    ["anything but another value", { eventName: [{ "anything-but": ["INSERT", "REMOVE"] }] }, true],
    ["anything but this value", { eventName: [{ "anything-but": ["INSERT", "MODIFY"] }] }, false],
    ["anything but, single", { eventName: [{ "anything-but": "MODIFY" }] }, false],
    ["anything but a prefix", { eventName: [{ "anything-but": { prefix: "MOD" } }] }, false],
    ["anything but another prefix", { eventName: [{ "anything-but": { prefix: "INS" } }] }, true],
    ["anything but, on a missing field", { other: [{ "anything-but": ["x"] }] }, false],
    ["a number", { size: [120] }, true],
    ["a number as text", { size: ["120"] }, false],
    ["a range", { size: [{ numeric: [">", 100, "<=", 120] }] }, true],
    ["a range it is out of", { size: [{ numeric: [">", 100, "<", 120] }] }, false],
    [
      "a range on DynamoDB's numbers, which are text",
      { dynamodb: { NewImage: { version: { N: [{ numeric: ["=", 7] }] } } } },
      false,
    ],
    ["an existing leaf", { size: [{ exists: true }] }, true],
    ["an object, which is no leaf", { dynamodb: { NewImage: { state: [{ exists: true }] } } }, false],
    ["a missing leaf", { other: [{ exists: false }] }, true],
    ["a leaf that should be missing", { size: [{ exists: false }] }, false],
    [
      "a missing leaf in a missing object",
      { dynamodb: { OldImage: { conns: { M: [{ exists: false }] } } } },
      true,
    ],
    ["an empty text", { empty: [""] }, true],
    ["null", { nothing: [null] }, true],
    ["null where there is a value", { size: [null] }, false],
    ["null where there is nothing", { other: [null] }, false],
    ["a boolean", { dynamodb: { NewImage: { gone: { NULL: [true] } } } }, true],
    ["an element of a list", { dynamodb: { NewImage: { tags: { SS: ["b"] } } } }, true],
    ["no element of a list", { dynamodb: { NewImage: { tags: { SS: ["c"] } } } }, false],
    ["one branch of $or", { $or: [{ eventName: ["INSERT"] }, { size: [120] }] }, true],
    ["no branch of $or", { $or: [{ eventName: ["INSERT"] }, { size: [1] }] }, false],
    ["$or beside a field that does not match", { eventName: ["INSERT"], $or: [{ size: [120] }] }, false],
    ["an operator it does not know", { eventName: [{ cidr: "10.0.0.0/8" }] }, false],
    ["a wildcard that fits", { eventName: [{ wildcard: "M*D*Y" }] }, true],
    ["a wildcard that does not", { eventName: [{ wildcard: "M*X" }] }, false],
    ["a star that stands for itself", { eventName: [{ wildcard: "MODIFY\\*" }] }, false],
    ["a field every object inherits", { constructor: [{ exists: true }] }, false],
  ])("decides on %s", (_, pattern, expected) => {
    expect(passesFilters([pattern], record)).toBe(expected);
  });

  it("lets everything pass when there is none, and what any of several lets pass", () => {
    expect(passesFilters([], record)).toBe(true);
    expect(passesFilters([{ eventName: ["INSERT"] }, { size: [120] }], record)).toBe(true);
  });
});
