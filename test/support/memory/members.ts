import type { MemberRecord } from "../../../lambdas/chat/model/records.ts";
import type { MemberStore } from "../../../lambdas/chat/ports.ts";
import { memberKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOf, lagOfList, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryMembers({ members }: MemoryDatabase, hooks: Hooks): MemberStore {
  return {
    get: (conversationId, userId) =>
      call(hooks, "members.get", () => members.get(memberKey(conversationId, userId))?.member ?? null),

    // A batch is no snapshot either: each item comes from where it is.
    getMany: (conversationId, userIds, consistency) =>
      call(hooks, "members.getMany", () => {
        const found = userIds.flatMap((userId) => {
          const stored = members.get(memberKey(conversationId, userId), lagOf(hooks, consistency));
          return stored ? [stored.member] : [];
        });
        return new Map(found.map((member) => [member.userId, member]));
      }),

    getManyOf: (userId, conversationIds, consistency) =>
      call(hooks, "members.getManyOf", () => {
        const found = conversationIds.flatMap(
          (id) => members.get(memberKey(id, userId), lagOf(hooks, consistency)) ?? [],
        );
        return new Map(found.map(({ conversationId, member }) => [conversationId, member]));
      }),

    list: (conversationId, consistency) =>
      call(hooks, "members.list", () =>
        members
          .values(lagOfList(hooks, consistency))
          .filter((stored) => stored.conversationId === conversationId && stored.member.role !== null)
          .map(({ member }) => member),
      ),

    derive: (conversationId, member) =>
      write(hooks, "members.derive", () => {
        const key = memberKey(conversationId, member.userId);
        const stored = members.get(key)?.member;
        if (stored && stored.asOfSeq >= member.asOfSeq) return;
        members.set(key, { conversationId, member: derived(stored ?? null, member) });
      }),

    set: (conversationId, userId, own, archiveTurn) =>
      write(hooks, "members.set", () => {
        const key = memberKey(conversationId, userId);
        const stored = members.get(key)?.member ?? null;
        if (!stored || stored.role === null) return null;
        if ((stored.archiveTurn ?? 0) !== archiveTurn) return { type: "conflict", member: stored };
        const member = { ...stored, ...own };
        members.set(key, { conversationId, member });
        return { type: "set", member };
      }),

    read: (conversationId, userId, position) =>
      write(hooks, "members.read", () => {
        const key = memberKey(conversationId, userId);
        const stored = members.get(key)?.member ?? null;
        if (!stored || stored.role === null || stored.readSeq >= position.readSeq) return stored;
        const member = { ...stored, ...position };
        members.set(key, { conversationId, member });
        return member;
      }),

    mention: (conversationId, userId, mentionedSeq) =>
      write(hooks, "members.mention", () => {
        const key = memberKey(conversationId, userId);
        const stored = members.get(key)?.member ?? null;
        if (!stored || stored.role === null || (stored.mentionedSeq ?? 0) >= mentionedSeq) return;
        members.set(key, { conversationId, member: { ...stored, mentionedSeq } });
      }),
  };
}

/** Only who joins gets a position; the others go on from theirs. */
function derived(stored: MemberRecord | null, member: MemberRecord): MemberRecord {
  if (!stored || member.joinedSeq === member.asOfSeq) return member;
  const { role, joinedAt, joinedSeq, asOfSeq } = member;
  return { ...stored, role, joinedAt, joinedSeq, asOfSeq };
}
