import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { previewOf } from "../../../lambdas/chat/model/head.ts";
import { applyChanges, applyOwnReactions, applyPins } from "../../../lambdas/chat/model/message-state.ts";
import type { ChangeRecord, MessageRecord } from "../../../lambdas/chat/model/records.ts";
import { mentionKey, slotKey } from "../../support/memory/database.ts";
import { runs } from "../../support/property-runs.ts";
import { changePlans } from "./change-plan.ts";
import { ChangeWorld, ID } from "./change-world.ts";

/** The changes with what the edits among them said when they were stored. */
function changesAsStored(world: ChangeWorld): readonly ChangeRecord[] {
  return world.database.changeLog(ID).map(({ rev }) => world.database.changes.history(slotKey(ID, rev))[0]!);
}

/** The second log is dense, and no change in it is void: each makes of its message what it was not before. */
function checkChangeLog(world: ChangeWorld, changes: readonly ChangeRecord[]): void {
  expect(changes.map(({ rev }) => rev)).toEqual(changes.map((_, index) => index + 1));
  for (const { seq } of world.database.log(ID)) {
    let message = sent(world, seq);
    const has = new Map<string, boolean>();
    for (const record of changes.filter((change) => change.seq === seq)) {
      const { change, userId } = record;
      if (change.type !== "pin" || change.on) expect(message.deletedAt).toBeNull();
      if (change.type === "edit") {
        expect(userId).toBe(message.senderId);
        const { content, mentions } = message;
        expect(change.said).not.toMatchObject({ content, mentions });
      }
      if (change.type === "react") {
        const key = `${userId} ${change.emoji}`;
        expect(has.get(key) ?? false).toBe(!change.on);
        has.set(key, change.on);
      }
      if (change.type === "pin") expect(message.pinnedAt !== null).toBe(!change.on);
      message = applyChanges(message, [record]);
    }
  }
}

const sent = (world: ChangeWorld, seq: number): MessageRecord =>
  world.database.messages.history(slotKey(ID, seq))[0]!;

/** Everything derived is the fold of the log, and nothing deleted is findable. */
function checkDerived(world: ChangeWorld, changes: readonly ChangeRecord[]): void {
  const { database, head } = world;
  expect(head.lastRev).toBe(changes.length);
  expect(head.pins).toEqual(applyPins([], changes));
  const log = database.log(ID);
  expect(log.map(({ rev }) => rev)).toEqual(
    log.map(({ seq }) => changes.findLast((change) => change.seq === seq)?.rev ?? 0),
  );
  for (const message of log) {
    expect(message).toEqual(applyChanges(sent(world, message.seq), changes));
    for (const { count, userIds } of message.reactions) expect(userIds.length).toBe(count);
    if (message.deletedAt !== null) continue;
    for (const userId of world.people) {
      const { emojis } = applyOwnReactions(
        { rev: 0, emojis: new Map() },
        { seq: message.seq, userId },
        changes,
      );
      const named = message.reactions.flatMap(({ emoji, userIds }) =>
        userIds.includes(userId) ? [emoji] : [],
      );
      expect(named.toSorted()).toEqual([...emojis.keys()].toSorted());
    }
  }
  expect(head.lastMessage).toEqual(previewOf(log.at(-1)!));
  for (const { change } of database.changeLog(ID)) if (change.type === "edit") expect(change.said).toBeNull();
}

/** Whoever is mentioned by a message as it stands is marked there, and nobody else; where to look is not behind it. */
function checkMentions({ database, head, people }: ChangeWorld): void {
  for (const [index, userId] of people.entries()) {
    for (const { seq, senderId, mentions } of database.log(ID)) {
      const isMentioned = senderId !== userId && mentions.includes(userId);
      expect([seq, userId, database.mentions.get(mentionKey(ID, userId, seq))?.on ?? false]).toEqual([
        seq,
        userId,
        isMentioned,
      ]);
      if (isMentioned) expect(head.participants[index]!.mentionedSeq).toBeGreaterThanOrEqual(seq);
    }
  }
}

/** A client's mistake or luck aside, what was acked is in the log, once. */
function checkAcks(world: ChangeWorld, changes: readonly ChangeRecord[]): void {
  const fresh = world.acks.filter(({ isNew }) => isNew);
  expect(fresh.length).toBeLessThanOrEqual(changes.length);
  for (const { message, wish, user } of fresh) {
    const own = changes.filter(
      (record) =>
        record.seq === message.seq &&
        record.userId === world.people[user] &&
        record.change.type === wish.type &&
        record.rev <= message.rev,
    );
    expect(own.length).toBeGreaterThanOrEqual(1);
  }
}

describe("editing, deleting, reacting and pinning at once, with environments that die", () => {
  it.each([
    [2, 700],
    [3, 300],
  ])("leaves %i people with one state of every message", async (people, count) => {
    await fc.assert(
      fc.asyncProperty(changePlans(people), async (plan) => {
        const world = new ChangeWorld(plan);
        await world.run();
        await world.settle();
        const changes = changesAsStored(world);
        checkChangeLog(world, changes);
        checkDerived(world, changes);
        checkMentions(world);
        checkAcks(world, changes);
      }),
      runs(count),
    );
  });
});
