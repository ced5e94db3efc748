import { expect, it } from "vitest";
import type { Caller } from "../../../lambdas/chat/chat.ts";
import type { UserRecord } from "../../../lambdas/chat/model/records.ts";
import { noticeStray } from "../../../lambdas/chat/steps/notice-stray.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";

const ANN: Caller = { userId: "ann", connectionId: "c" };
const without: UserRecord = newUser("ann");
const withIt: UserRecord = {
  ...without,
  state: "on",
  connections: [{ id: "c", lease: Infinity, since: 0, rooms: new Set() }],
};

function scene(stored: UserRecord) {
  const database = new MemoryDatabase();
  database.users.set("ann", stored);
  const chat = memoryChat({ database });
  return { chat, isStray: () => chat.memory.strays.get("c") === true };
}

it("takes a connection for a stray that a fresh record does not have", async () => {
  const { chat, isStray } = scene(without);
  await noticeStray(chat, ANN, without, "strong");
  expect(isStray()).toBe(true);
});

it("takes none for one by a record that lags", async () => {
  const { chat, isStray } = scene(withIt);
  await noticeStray(chat, ANN, without, "eventual");
  expect(isStray()).toBe(false);
});

it("looks again where the record may lag, and finds the stray", async () => {
  const { chat, isStray } = scene(without);
  await noticeStray(chat, ANN, without, "eventual");
  expect(isStray()).toBe(true);
});

it("leaves alone who is on the record, and who came over HTTP", async () => {
  const { chat, isStray } = scene(withIt);
  await noticeStray(chat, ANN, withIt, "strong");
  await noticeStray(chat, { ...ANN, connectionId: null }, without, "strong");
  expect(isStray()).toBe(false);
});
