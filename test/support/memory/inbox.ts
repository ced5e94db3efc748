import type { InboxRow, InboxStore } from "../../../lambdas/chat/ports.ts";
import { rowKey } from "./database.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOfList, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryInbox({ rows }: MemoryDatabase, hooks: Hooks): InboxStore {
  return {
    create: (userId, peerId, row) =>
      write(hooks, "inbox.create", () => {
        const key = rowKey(userId, row.conversationId);
        if (!rows.get(key)) rows.set(key, { userId, peerId, ...row });
      }),

    derive: (userId, { conversationId, asOfSeq, activityAt }) =>
      write(hooks, "inbox.derive", () => {
        const key = rowKey(userId, conversationId);
        const row = rows.get(key);
        const isNewer = !row || row.asOfSeq === undefined || row.asOfSeq < asOfSeq;
        const isLater =
          row?.asOfSeq === asOfSeq &&
          row.archiveTurn === undefined &&
          (activityAt ?? 0) > (row.activityAt ?? Infinity);
        if (!isNewer && !isLater) return;
        rows.set(key, {
          userId,
          peerId: null,
          conversationId,
          asOfSeq,
          activityAt,
          gone: activityAt === null,
        });
      }),

    moveUp: (userId, conversationId, activityAt, archiveTurn = null) =>
      write(hooks, "inbox.moveUp", () => {
        const key = rowKey(userId, conversationId);
        const row = rows.get(key);
        if (!row || row.gone === true) return;
        const standing = row.archiveTurn ?? 0;
        const turn = archiveTurn ?? standing;
        const isBelow = row.activityAt === null || row.activityAt < activityAt;
        if (turn > standing || (turn === standing && isBelow))
          rows.set(key, { ...row, activityAt, archiveTurn: turn });
      }),

    listByActivity: (userId, { atMost, after, archived = false }, limit) =>
      call(hooks, "inbox.listByActivity", () =>
        rows
          .values(lagOfList(hooks, "eventual"))
          .flatMap((row) => (row.activityAt === null ? [] : [{ ...row, activityAt: row.activityAt }]))
          .filter((row) => row.userId === userId && row.activityAt <= (atMost ?? Infinity))
          .filter(({ archiveTurn = 0 }) => (archiveTurn % 2 === 1) === archived)
          .sort(byActivity)
          .filter((row) => after === null || byActivity(after, row) < 0)
          .slice(0, limit)
          .map(({ conversationId, activityAt }) => ({ conversationId, activityAt })),
      ),

    listPeers: (userId, cursor, limit) =>
      call(hooks, "inbox.listPeers", () => {
        const own = rows.values().filter((row) => row.userId === userId);
        const behind = own
          .filter(({ conversationId }) => cursor === null || conversationId > cursor)
          .sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1));
        const page = behind.slice(0, limit);
        return {
          peers: page.flatMap(({ peerId }) => peerId ?? []),
          groups: page.flatMap((row) => (row.peerId === null && row.gone !== true ? row.conversationId : [])),
          cursor: behind.length > limit ? page.at(-1)!.conversationId : null,
        };
      }),
  };
}

/** Latest first. Among equals an index has an order of its own, which is not that of the ids. */
const byActivity = (a: InboxRow, b: InboxRow): number =>
  b.activityAt - a.activityAt || (mirrored(a) < mirrored(b) ? -1 : mirrored(a) > mirrored(b) ? 1 : 0);

const mirrored = ({ conversationId }: InboxRow): string => [...conversationId].reverse().join("");
