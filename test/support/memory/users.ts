import type { UserStore } from "../../../lambdas/chat/ports.ts";
import { foldHandle } from "../../../lambdas/chat/model/folded-handle.ts";
import { newsIn } from "../../../lambdas/chat/model/profile.ts";
import type { Connection, UserRecord } from "../../../lambdas/chat/model/records.ts";
import { userIn } from "../../../lambdas/chat/model/views.ts";
import type { MemoryDatabase } from "./database.ts";
import { call, lagOf, lagOfList, write } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";

export function memoryUsers({ users }: MemoryDatabase, hooks: Hooks): UserStore {
  const withConnection = (
    user: UserRecord,
    connectionId: string,
    change: (connection: Connection) => Connection,
  ): UserRecord => ({
    ...user,
    connections: user.connections.map((one) => (one.id === connectionId ? change(one) : one)),
  });

  return {
    get: (userId, consistency) =>
      call(hooks, "users.get", () => users.get(userId, lagOf(hooks, consistency))),

    getMany: (userIds, consistency) =>
      call(hooks, "users.getMany", () => {
        const found = userIds.flatMap((id) => users.get(id, lagOf(hooks, consistency)) ?? []);
        return new Map(found.map((user) => [user.id, user]));
      }),

    saveClaims: (userId, claims, issuedAt = null) =>
      write(hooks, "users.saveClaims", () => {
        const user = users.get(userId) ?? newUser(userId);
        const news = newsIn(user, claims, issuedAt);
        const times =
          issuedAt === null ? {} : Object.fromEntries(Object.keys(news).map((claim) => [claim, issuedAt]));
        const saved = {
          ...user,
          claims: Object.fromEntries(
            Object.entries({ ...user.claims, ...news }).filter(([, value]) => value !== null),
          ),
          claimedAt: { ...user.claimedAt, ...times },
        };
        users.set(userId, saved);
        return saved;
      }),

    isErased: () => call(hooks, "users.isErased", () => false),

    findByHandle: (wanted, { exact }, limit) =>
      call(hooks, "users.findByHandle", () =>
        users
          .values(lagOfList(hooks, "eventual"))
          .map(({ id, claims }) => ({ userId: id, folded: foldHandle(claims.handle ?? id) }))
          .filter(({ folded }) => (exact ? folded === wanted : folded.startsWith(wanted)))
          .sort((a, b) => (a.folded < b.folded ? -1 : 1))
          .slice(0, limit),
      ),

    changePresence: (userId, revision, { add, remove, state, version, lastSeenAt, signedOutAt }) =>
      write(hooks, "users.changePresence", () => {
        const user = users.get(userId);
        if (!user || user.revision !== revision) return { type: "conflict", user };
        const kept = user.connections.filter(({ id }) => !remove.includes(id) && id !== add?.id);
        const changed: UserRecord = {
          ...user,
          state,
          version,
          revision: revision + 1,
          lastSeenAt: lastSeenAt ?? user.lastSeenAt,
          signedOutAt: signedOutAt ?? user.signedOutAt,
          connections: add ? [...kept, add] : kept,
        };
        users.set(userId, changed);
        return { type: "changed", user: changed };
      }),

    joinRoom: (userId, connectionId, conversationId, maxRooms) =>
      write(hooks, "users.joinRoom", () => {
        const user = users.get(userId);
        const connection = user?.connections.find(({ id }) => id === connectionId);
        if (!user || !connection) return { type: "not_connected" };
        const rooms = new Set([...connection.rooms, conversationId]);
        if (rooms.size > maxRooms) return { type: "no_room_left" };
        const joined = withConnection(user, connectionId, (one) => ({ ...one, rooms }));
        users.set(userId, joined);
        return { type: "joined", user: joined };
      }),

    leaveRoom: (userId, connectionId, conversationId) =>
      write(hooks, "users.leaveRoom", () => {
        const user = users.get(userId);
        if (!user) return;
        const left = (one: Connection): Connection => ({
          ...one,
          rooms: new Set([...one.rooms].filter((room) => room !== conversationId)),
        });
        users.set(userId, withConnection(user, connectionId, left));
      }),

    // One shard holds everybody here: how users spread over shards is the table's business.
    listNotOff: (shard, cursor, limit) =>
      call(hooks, "users.listNotOff", () => {
        if (shard !== 0) return { userIds: [], cursor: null };
        const behind = users
          .values(lagOfList(hooks, "eventual"))
          .filter(({ id, state }) => state !== "off" && (cursor === null || id > cursor))
          .map(({ id }) => id)
          .sort();
        const userIds = behind.slice(0, limit);
        return { userIds, cursor: behind.length > limit ? userIds.at(-1)! : null };
      }),
  };
}

/** Somebody who has never connected. */
export const newUser = (id: string): UserRecord => userIn(new Map(), id);
