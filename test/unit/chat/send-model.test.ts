import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIVITY_STEP_MS } from "../../../lambdas/chat/model/head.ts";
import { listConversations } from "../../../lambdas/chat/operations/list-conversations.ts";
import { listHistory } from "../../../lambdas/chat/operations/list-history.ts";
import { syncMessages } from "../../../lambdas/chat/operations/sync-messages.ts";
import { isArchived } from "../../../lambdas/chat/model/own-settings.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { rowKey } from "../../support/memory/database.ts";
import { runs } from "../../support/property-runs.ts";
import { replay } from "./conversation-model.ts";
import { plans } from "./send-plan.ts";
import type { Plan } from "./send-plan.ts";
import { ID, SendWorld } from "./send-world.ts";

/** Nobody is doubled, nobody is lost, and the log has no hole. */
function checkLog(world: SendWorld, plan: Plan): void {
  const log = world.database.log(ID);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  const contents = log.map(({ content }) => content);
  expect(new Set(contents).size).toBe(contents.length);
  for (const [index, { hasClientMessageId }] of plan.intents.entries()) {
    const acks = world.acks.filter(({ intent }) => intent === index);
    const stored = log.filter(({ content }) => content.startsWith(`${index}/`));
    const tried = world.tries.filter(({ intent }) => intent === index).length;
    if (hasClientMessageId) {
      expect(stored.length).toBeLessThanOrEqual(1);
      expect(stored.length).toBeGreaterThanOrEqual(Math.min(1, acks.length));
      expect(new Set(acks.map(({ message }) => message.seq)).size).toBeLessThanOrEqual(1);
      expect(acks.filter(({ duplicate }) => !duplicate).length).toBeLessThanOrEqual(1);
      for (const { message } of acks) expect(message.content).toBe(stored[0]?.content);
    } else {
      expect(acks.every(({ duplicate }) => !duplicate)).toBe(true);
      expect(new Set(acks.map(({ message }) => message.seq)).size).toBe(acks.length);
      expect(stored.length).toBeGreaterThanOrEqual(acks.length);
      expect(stored.length).toBeLessThanOrEqual(tried);
    }
  }
}

/** Every version of the head is what the log says; positions and times are the model's. */
async function checkHead(world: SendWorld): Promise<void> {
  const log = world.database.log(ID);
  const { model, faults } = replay(world.database.heads.history(ID), log);
  expect(faults).toEqual([]);
  expect(world.head.lastSeq).toBe(log.length);

  for (const [user, id] of world.people.entries()) {
    const own = log.findLast(({ senderId }) => senderId === id)?.seq ?? 0;
    const marks = world.marks.filter((mark) => mark.user === user);
    const certain = marks.filter(({ isCertain }) => isCertain).map(({ readSeq }) => readSeq);
    const possible = marks.map(({ readSeq }) => readSeq);
    expect(world.head.participants[user]!.readSeq).toBeGreaterThanOrEqual(Math.max(own, ...certain));
    expect(world.head.participants[user]!.readSeq).toBeLessThanOrEqual(Math.max(own, ...possible));
  }

  const expected = log.map((message) => {
    const at = model.readAt(message);
    return at === null ? null : new Date(at).toISOString();
  });
  for (const { seq, readAt, hadBeenRead } of world.sightings) {
    if (readAt !== null || hadBeenRead) expect([seq, readAt]).toEqual([seq, expected[seq - 1]]);
  }
  const chat = memoryChat({ database: world.database });
  for (const userId of world.people) {
    const caller = { userId, connectionId: null };
    const all = await syncMessages(chat, caller, { conversationId: ID, afterSeq: 0, limit: 100 });
    expect(all.messages.map(({ readAt }) => readAt)).toEqual(expected);
    for (const size of [1, 2, 5]) {
      const paged: (string | null)[] = [];
      for (let before: string | null | undefined; before !== null;) {
        const from = before === undefined ? null : ({ direction: "before", messageId: before } as const);
        const page = await listHistory(chat, caller, ID, { limit: size, markRead: false, from });
        paged.unshift(...page.messages.map(({ readAt }) => readAt));
        before = page.nextBefore;
      }
      expect(paged).toEqual(expected);
    }
  }
}

/** Whom each message mentions is counted while it is unread, whoever died before or after. */
async function checkMentions(world: SendWorld): Promise<void> {
  const log = world.database.log(ID);
  const chat = memoryChat({ database: world.database });
  for (const [index, userId] of world.people.entries()) {
    const { readSeq } = world.head.participants[index]!;
    const mentioning = log.filter(
      ({ senderId, mentions }) => senderId !== userId && mentions.includes(userId),
    );
    const archived = isArchived(world.head.participants[index]!);
    const request = { limit: 1, cursor: null, archived };
    const { conversations } = await listConversations(chat, { userId, connectionId: null }, request);
    expect(conversations[0]!.mentionCount).toBe(mentioning.filter(({ seq }) => seq > readSeq).length);
    for (const { participants, lastSeq } of world.database.heads.history(ID)) {
      const newest = mentioning.findLast(({ seq }) => seq <= lastSeq)?.seq;
      expect(participants[index]!.mentionedSeq).toBe(newest);
    }
  }
}

/** The list relies on it: a row is never ahead of its conversation, and less than a quarter hour behind. */
function checkRows(world: SendWorld): void {
  const last = world.head.lastMessageAt ?? world.head.createdAt;
  expect(world.head.activityAt).toBeLessThanOrEqual(last);
  for (const userId of world.people) {
    const { activityAt } = world.database.rows.get(rowKey(userId, ID))!;
    if (activityAt === null) throw new Error("A row has left the list.");
    expect(activityAt).toBeLessThanOrEqual(last);
    expect(last - activityAt).toBeLessThan(ACTIVITY_STEP_MS);
  }
}

/** A message of somebody else's, and nothing else but its owner, takes a conversation out of the archive; unless muted. */
function checkArchiving(world: SendWorld): void {
  const log = world.database.log(ID);
  const versions = world.database.heads.history(ID);
  for (const [index, head] of versions.entries()) {
    const before = versions[index - 1] ?? head;
    const passed = log.slice(before.lastSeq, head.lastSeq);
    for (const [user, own] of head.participants.entries()) {
      const was = before.participants[user]!;
      const calls = passed.some(
        ({ senderId, createdAt }) => senderId !== own.id && (was.mutedUntil ?? 0) <= createdAt,
      );
      if (passed.length > 0) expect(isArchived(own)).toBe(isArchived(was) && !calls);
    }
  }
}

/** A row lies where the head says: in the list exactly if not archived. */
async function checkSides(world: SendWorld): Promise<void> {
  for (const [user, userId] of world.people.entries()) {
    const own = world.head.participants[user]!;
    const archived = isArchived(own);
    const row = world.database.rows.get(rowKey(userId, ID))!;
    if (!world.lostSettings) expect(isArchived(row)).toBe(archived);
    expect(await world.listed(userId)).toEqual(
      archived ? { list: [], archive: [ID] } : { list: [ID], archive: [] },
    );
  }
}

describe("sending, reading and repairing at once, with environments that die", () => {
  it.each([
    [2, 700],
    [3, 300],
  ])("keeps the conversation of %i people true", async (people, count) => {
    await fc.assert(
      fc.asyncProperty(plans(people), async (plan) => {
        const world = new SendWorld(plan);
        await world.run();
        await world.settle();
        checkLog(world, plan);
        await checkHead(world);
        checkRows(world);
        checkArchiving(world);
        await checkSides(world);
        await checkMentions(world);
        checkRows(world);
      }),
      runs(count),
    );
  });
});
