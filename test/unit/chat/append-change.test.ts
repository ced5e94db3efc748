import { beforeEach, describe, expect, it } from "vitest";
import { deleteMessage, editMessage } from "../../../lambdas/chat/operations/change-message.ts";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { listHistory } from "../../../lambdas/chat/operations/list-history.ts";
import { repairChanges } from "../../../lambdas/chat/operations/repair-changes.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import { syncMessages } from "../../../lambdas/chat/operations/sync-messages.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { MemoryDatabase, slotKey } from "../../support/memory/database.ts";
import { CALM } from "../../support/memory/hooks.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";

const ann = { userId: "ann", connectionId: null };
let database: MemoryDatabase;
let id: string;
beforeEach(async () => {
  database = new MemoryDatabase();
  for (const user of ["ann", "bob"]) database.users.set(user, newUser(user));
  id = (await findOrCreateConversation(memoryChat({ database }), ann, "bob")).conversationId;
  await sendMessage(memoryChat({ database }), ann, sending);
});
const sending = {
  get conversationId() {
    return id;
  },
  content: "one",
  clientMessageId: null,
  afterSeq: null,
};
const edit = (content: string, ifRev: number | null = null) => ({
  conversationId: id,
  seq: 1,
  content,
  ifRev,
});

/** A function that something happens to before its first call of `port`, while its other reads go on. */
function interrupted(what: () => Promise<unknown>, port = "changes.listAfter") {
  let isDone = false;
  const hooks = {
    ...CALM,
    async step({ name, phase }: { name: string; phase: string }) {
      if (name !== port || phase !== "before" || isDone) return;
      isDone = true;
      await what();
    },
  };
  return memoryChat({ database, hooks, random: seededRandom(7) });
}

describe("a change whose message was read before another change that is emptied by now", () => {
  const editedMeanwhile = async (): Promise<void> => {
    const other = memoryChat({ database, random: seededRandom(9) });
    await editMessage(other, ann, edit("two"));
    await repairChanges(other, id, 1, 1);
  };

  it("is judged by what the message says now", async () => {
    // What it asks for is what it read, and no longer so.
    const { message } = await editMessage(interrupted(editedMeanwhile), ann, edit("one"));
    expect(message).toMatchObject({ content: "one", rev: 2 });
  });

  it("is refused where it means the state it read", async () => {
    const late = editMessage(interrupted(editedMeanwhile), ann, edit("three", 0));
    await expect(late).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

it("finds its slot behind more changes than it reads at once", async () => {
  const stale = memoryChat({ database, random: seededRandom(3) });
  await editMessage(stale, ann, edit("warm"));
  const busy = memoryChat({ database, random: seededRandom(5) });
  for (let times = 0; times < 120; times += 1) await editMessage(busy, ann, edit(`${times}`));
  expect((await editMessage(stale, ann, edit("last"))).message).toMatchObject({ content: "last", rev: 122 });
});

it("leaves nothing of what was deleted", async () => {
  const chat = memoryChat({ database });
  await editMessage(chat, ann, edit("secret"));
  await deleteMessage(chat, ann, { conversationId: id, seq: 1 });
  await repairChanges(chat, id, 1, 2);
  expect(JSON.stringify([database.log(id), database.changeLog(id), database.heads.get(id)])).not.toContain(
    "secret",
  );
  expect(database.messages.get(slotKey(id, 1))).toMatchObject({ content: "", rev: 2 });
});

it("lets readers reckon with the length of what was edited", async () => {
  await editMessage(memoryChat({ database }), ann, edit("x".repeat(1_500)));
  expect(database.heads.get(id)!.largest).toBe(1_500);
});

it("is in a page of the history that says so, also where the head is read after the messages", async () => {
  const other = memoryChat({ database, random: seededRandom(9) });
  await editMessage(other, ann, edit("two"));
  const chat = interrupted(() => editMessage(other, ann, edit("three")), "heads.get");
  chat.memory.heads.set(id, database.heads.get(id)!);
  const page = await listHistory(chat, ann, id, { limit: 50, markRead: false, from: null });
  expect(page).toMatchObject({ lastRev: 2, messages: [{ rev: 2, content: "three" }] });
});

it("keeps where to look for mentions when a later message has one meanwhile", async () => {
  const other = memoryChat({ database, random: seededRandom(9) });
  await sendMessage(other, ann, sending);
  const mention = () => sendMessage(other, ann, { ...sending, mentions: ["bob"] });
  const chat = interrupted(mention, "heads.move");
  await editMessage(chat, ann, { ...edit("one"), mentions: ["bob"] });
  expect(database.heads.get(id)!.participants[1]).toMatchObject({ id: "bob", mentionedSeq: 3 });
});

describe("a sync from a rev that the head has not reached", () => {
  const syncAfter = (afterRev: number) =>
    syncMessages(memoryChat({ database }), ann, { conversationId: id, afterSeq: 1, afterRev, limit: 50 });

  it("is answered where the change is stored: its message may have told of it already", async () => {
    const dead = interrupted(() => Promise.reject(new Error("died")), "heads.move");
    await expect(deleteMessage(dead, ann, { conversationId: id, seq: 1 })).rejects.toThrow("died");
    expect(database.messages.get(slotKey(id, 1))?.rev).toBe(1);
    expect(database.heads.get(id)?.lastRev).toBe(0);
    expect(await syncAfter(1)).toMatchObject({ changed: [], rev: 1, lastRev: 1, hasMore: false });
  });

  it("is refused where there is no such change", async () => {
    await deleteMessage(memoryChat({ database }), ann, { conversationId: id, seq: 1 });
    await expect(syncAfter(2)).rejects.toThrow("afterRev is above");
  });
});
