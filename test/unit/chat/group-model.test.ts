import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isArchived } from "../../../lambdas/chat/model/own-settings.ts";
import { runs } from "../../support/property-runs.ts";
import { foldGroup } from "./group-fold.ts";
import { groupPlans } from "./group-plan.ts";
import type { Plan } from "./group-plan.ts";
import { GroupWorld, MAX_MEMBERS } from "./group-world.ts";

const QUARTER_HOUR_MS = 15 * 60 * 1000;

async function play(plan: Plan): Promise<GroupWorld> {
  const world = new GroupWorld(plan);
  await world.run();
  await world.settle();
  return world;
}

describe("membership, over interleavings", () => {
  const holding = (holds: (world: GroupWorld) => void | Promise<void>) =>
    fc.assert(
      fc.asyncProperty(groupPlans(5), async (plan) => holds(await play(plan))),
      runs(400),
    );

  it("is made once, and says the same to every attempt", () =>
    holding(({ made, database, id }) => {
      expect(made.length).toBeGreaterThan(0);
      expect(new Set(made.map((one) => one.id))).toEqual(new Set([id]));
      expect(made.filter(({ isNew }) => isNew).length).toBeLessThanOrEqual(1);
      expect(database.log(id).filter(({ system }) => system?.event === "created")).toHaveLength(1);
      expect(new Set(database.heads.history(id).map((head) => head.id))).toEqual(new Set([id]));
    }));

  it("is the fold of the log, in which nobody acts without the right", () =>
    holding(({ database, id, head }) => {
      const log = database.log(id);
      const { facts } = foldGroup(log, MAX_MEMBERS);
      expect(head.lastSeq).toBe(log.length);
      expect(head.group).toMatchObject(facts);
    }));

  it("has an item and a row for each who belongs to it, and none in a list for who has gone", () =>
    holding((world) => {
      const log = world.database.log(world.id);
      const { members, ever } = foldGroup(log, MAX_MEMBERS);
      for (const userId of world.people) {
        const member = world.member(userId);
        const row = world.row(userId);
        const folded = members.get(userId);
        expect(member !== null).toBe(ever.has(userId));
        expect(member?.role ?? null).toBe(folded?.role ?? null);
        expect((row?.activityAt ?? null) !== null).toBe(folded !== undefined);
        if (!folded) continue;
        expect(member!.joinedSeq).toBe(folded.joinedSeq);
        expect(row!.activityAt).toBeGreaterThan((world.head.lastMessageAt ?? 0) - QUARTER_HOUR_MS);
      }
    }));

  it("counts what is unread exactly", () =>
    holding((world) => {
      const log = world.database.log(world.id);
      for (const userId of world.people) {
        const member = world.member(userId);
        if (!member || member.role === null) continue;
        const systems = log.filter(({ seq, system }) => seq <= member.readSeq && system !== null).length;
        expect(member.readSystems).toBe(systems);
        const wrote = log.findLast(
          ({ seq, senderId, system }) => seq > member.joinedSeq && senderId === userId && !system,
        );
        expect(member.readSeq).toBe(Math.max(member.joinedSeq, wrote?.seq ?? 0));
      }
    }));

  it("keeps what was acked, once", () =>
    holding(({ acked, database, id }) => {
      const attempts = database.log(id).map(({ attemptId }) => attemptId);
      expect(new Set(attempts).size).toBe(attempts.length);
      for (const attemptId of acked) expect(attempts).toContain(attemptId);
    }));

  it("is in the archive exactly of those who have it there, and their rows lie so", () =>
    holding(async (world) => {
      for (const userId of world.people) {
        const member = world.member(userId);
        if (!member || member.role === null) continue;
        const archived = isArchived(member);
        if (!world.lostSettings) expect(isArchived(world.row(userId)!)).toBe(archived);
        expect(await world.listed(userId)).toEqual({ list: !archived, archive: archived });
      }
    }));

  it("comes out of an archive by what somebody else writes after, unless it is muted, and by nothing else", () =>
    holding((world) => {
      const log = world.database.log(world.id);
      for (const { userId, archiveTurn, mutedUntil, after, before } of world.archived) {
        const member = world.member(userId)!;
        if (member.role === null) continue;
        const waking = log.filter(
          ({ senderId, createdAt }) => senderId !== userId && createdAt >= mutedUntil,
        );
        if (member.archiveTurn === archiveTurn) expect(waking.filter(({ seq }) => seq > before)).toEqual([]);
        if (member.archiveTurn === archiveTurn + 1 && !world.unarchived.has(userId)) {
          expect(waking.filter(({ seq }) => seq > after).length).toBeGreaterThan(0);
        }
      }
    }));

  it("comes out of every archive by the next message but its sender's, whoever has died", () =>
    holding(async (world) => {
      const members = world.people.filter((userId) => (world.member(userId)?.role ?? null) !== null);
      // What a change of settings that died has left undone, a look at the list does.
      for (const userId of members) await world.listed(userId);
      const [sender] = members;
      if (sender === undefined) return;
      const was = isArchived(world.member(sender)!);
      await world.write(sender);
      for (const userId of members) {
        const archived = userId === sender && was;
        expect(await world.listed(userId)).toEqual({ list: !archived, archive: archived });
      }
    }));
});
