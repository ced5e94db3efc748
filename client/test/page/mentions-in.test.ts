import { expect, test } from "vitest";
import type { User } from "@parley/client";
import {
  beginningSo,
  begunMention,
  isHandle,
  mentionedAnew,
  mentionedIn,
} from "../../page/mentions/mentions-in.ts";

const named = (name: string, displayName = name, id = name): User => ({
  id,
  name,
  displayName,
  avatarUrl: null,
});

const PEOPLE = [
  named("al"),
  named("al.son"),
  named("Ada Moreau"),
  named("bob@example.com", "Bob", "id-of-bob"),
  named("Ünal"),
  named("田中"),
];

test.for([
  ["at its beginning", "@al", ["al"]],
  ["before the end of a sentence", "ask @al. Or @al?", ["al"]],
  ["the longer of two", "@al.son!", ["al.son"]],
  ["with a space in it", "thanks @Ada Moreau and all", ["Ada Moreau"]],
  ["in other cases", "@AL and @üNAL", ["al", "Ünal"]],
  ["that is an address", "(@bob@example.com)", ["id-of-bob"]],
  ["where no spaces are written", "请@田中看", ["田中"]],
  ["twice", "@al @al", ["al"]],
] as const)("a handle is a mention: %s", ([, text, ids]) => {
  expect(mentionedIn(text, PEOPLE)).toEqual(ids);
});

test.for([
  ["a word that only begins so", "@alto"],
  ["somebody else's handle", "@al.sonja @al-x"],
  ["an address", "me@al.example"],
  ["a link", "https://example.com/@al"],
  ["no sign before it", "al"],
  ["a sign alone", "@ al"],
])("%s mentions nobody", ([, text]) => {
  expect(mentionedIn(text!, PEOPLE)).toEqual([]);
});

test("a message bears as many mentions as it can", () => {
  const many = Array.from({ length: 60 }, (_, number) => named(`u${number}`));
  const text = many.map(({ name }) => `@${name}`).join(" ");
  expect(mentionedIn(text, many)).toHaveLength(50);
  const long = many.map((one) => ({ ...one, id: one.id.padEnd(255, "x") }));
  const ids = mentionedIn(text, long);
  expect(ids.length).toBeGreaterThan(10);
  expect(JSON.stringify(ids).length).toBeLessThanOrEqual(4_096);
});

test("an edit takes and gives what its text does, and keeps what no text told of", () => {
  const before = { content: "@al and so on", mentions: ["al", "Ünal"] };
  expect(mentionedAnew(before, "@al and nothing else", PEOPLE, true)).toBeNull();
  expect(mentionedAnew(before, "and nothing else", PEOPLE, true)).toEqual(["Ünal"]);
  expect(mentionedAnew(before, "@al.son", PEOPLE, true)).toEqual(["Ünal", "al.son"]);
  const withGone = { content: "x", mentions: ["gone"] };
  expect(mentionedAnew(withGone, "@al", PEOPLE, true)).toEqual(["al"]);
  expect(mentionedAnew(withGone, "@al", PEOPLE, false)).toEqual(["gone", "al"]);
});

test.for([
  ["hi @al", { from: 3, wanted: "al" }],
  ["hi @Ada M", { from: 3, wanted: "Ada M" }],
  ["hi @", null],
  ["hi @al ", null],
  ["hi @al\n", null],
  ["me@al", null],
] as const)("%j has a mention begun at its end, or none", ([text, begun]) => {
  expect(begunMention(text, text.length)).toEqual(begun);
});

test("those are found whose handle begins so, then those whose name does", () => {
  const people = [named("x1", "Alma"), named("AL"), named("other", "Oral")];
  expect(beginningSo(people, "al", 20).map(({ name }) => name)).toEqual(["AL", "x1"]);
  expect(beginningSo(people, "al", 1)).toHaveLength(1);
  expect([isHandle(people, "al"), isHandle(people, "alma")]).toEqual([true, false]);
});
