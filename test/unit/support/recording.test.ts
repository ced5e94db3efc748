import { describe, expect, test } from "vitest";
import { differencesOf, Naming } from "../../support/recording.ts";
import { Placeholders } from "../../support/transcript.ts";

const RECORDED = {
  type: "new_message",
  message: {
    id: "<message 1>",
    seq: 1,
    createdAt: "<time 1>",
    readAt: null,
    sender: { id: "<bob>", name: "<bob>" },
    tags: ["a", "b"],
  },
};
const CAME = {
  type: "new_message",
  message: {
    id: "m1",
    seq: 1,
    createdAt: "2030-01-01T00:00:00.000Z",
    readAt: null,
    sender: { id: "bob-7", name: "bob-7" },
    tags: ["a", "b"],
  },
};
const without = (name: string): object =>
  Object.fromEntries(Object.entries(CAME.message).filter(([key]) => key !== name));
const changed = (change: object): object => ({ ...CAME, message: { ...CAME.message, ...change } });

describe("what has come is compared with what was recorded", () => {
  test("and may have more", () => {
    const more = { ...changed({ rev: 0, sender: { ...CAME.message.sender, bot: false } }), at: "now" };
    expect(differencesOf(RECORDED, more, new Placeholders())).toEqual([]);
  });

  test.each<[string, unknown]>([
    [".message.seq is missing", { ...CAME, message: without("seq") }],
    [
      ".message.createdAt is missing",
      { ...CAME, message: { ...without("createdAt"), sentAt: "2030-01-01T00:00:00.000Z" } },
    ],
    [".message is missing", { type: "new_message" }],
    ['.type is "message", not "new_message"', { ...CAME, type: "message" }],
    ['.message.seq is "1", not 1', changed({ seq: "1" })],
    [".message.seq is 2, not 1", changed({ seq: 2 })],
    [".message.readAt is undefined, not null", changed({ readAt: undefined })],
    [".message.createdAt is 5, not a time 1", changed({ createdAt: 5 })],
    ['.message.createdAt is "today", not a time 1', changed({ createdAt: "today" })],
    ['.message.id is "", not a message 1', changed({ id: "" })],
    ['.message.sender.name is "Bob", not "bob-7"', changed({ sender: { id: "bob-7", name: "Bob" } })],
    [".message.sender is null, not an object", changed({ sender: null })],
    [".message.tags has 1 entries, not 2", changed({ tags: ["a"] })],
    ['.message.tags[1] is "c", not "b"', changed({ tags: ["a", "c"] })],
    [".message.tags is {}, not an array", changed({ tags: {} })],
  ])("%s", (difference, came) => {
    expect(differencesOf(RECORDED, came, new Placeholders())).toEqual([difference]);
  });

  test("a word means the same wherever it stands", () => {
    const placeholders = new Placeholders();
    expect(differencesOf("<conversation 1>", "c-1", placeholders)).toEqual([]);
    expect(differencesOf({ id: "<conversation 1>" }, { id: "c-2" }, placeholders)).toEqual([
      '.id is "c-2", not "c-1"',
    ]);
  });

  test("of an error, what it says to people may change, not its code", () => {
    const error = { code: "NOT_FOUND", message: "There is none." };
    const placeholders = new Placeholders();
    expect(differencesOf(error, { ...error, message: "None is there." }, placeholders)).toEqual([]);
    expect(differencesOf(error, { ...error, message: null }, placeholders)).toHaveLength(1);
    expect(differencesOf(error, { ...error, code: "FORBIDDEN" }, placeholders)).toHaveLength(1);
  });
});

test("what is recorded gets a word for all that differs each time", () => {
  const naming = new Naming(new Placeholders());
  naming.learn("bob", "bob-7");
  expect(naming.named({ conversationId: "c-9", message: CAME.message, nextCursor: null })).toEqual({
    conversationId: "<conversation 1>",
    message: RECORDED.message,
    nextCursor: null,
  });
  expect(naming.placeholders.fill("/<conversation 1>/<message 1>")).toBe("/c-9/m1");
});
