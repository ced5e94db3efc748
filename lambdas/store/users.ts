import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { foldHandle, startOfHandle } from "../chat/model/folded-handle.ts";
import { newsIn } from "../chat/model/profile.ts";
import type { Claims, Connection, PresenceState, UserRecord } from "../chat/model/records.ts";
import type { UserStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { handlePlace, keyItem, readItem, userItem } from "./items.ts";
import { erasureIdOf, erasureKey, sweepShardName, sweepShardOf, userKey, userOfPartition } from "./keys.ts";
import { TABLE_SHAPE } from "./table-shape.ts";
import { conditionally, getItem, getItems, queryItems } from "./table.ts";
import type { Table } from "./table.ts";

/** `U#<user>` / `P`: profile, presence and connections of one user. */
export function createUserStore(table: Table): UserStore {
  return {
    async get(userId, consistency) {
      const item = await getItem(table, userKey(userId), consistency);
      return item && toUserRecord(item);
    },

    async getMany(userIds, consistency) {
      const items = await getItems(table, [...new Set(userIds)].map(userKey), consistency);
      return new Map(items.map(toUserRecord).map((user) => [user.id, user]));
    },

    async saveClaims(userId, claims, issuedAt = null) {
      // Each further try leaves out a claim that a later token has set meanwhile, so it ends.
      for (let news = claims; ;) {
        const written = await conditionally(table.client.send(savingClaims(table, userId, news, issuedAt)));
        if (written.ok) return toUserRecord(written.result.Attributes);
        const stored = toUserRecord(written.item);
        news = newsIn(stored, claims, issuedAt);
        if (Object.keys(news).length === 0) return stored;
      }
    },

    async isErased(userId) {
      return (await getItem(table, erasureKey(erasureIdOf(userId)), "eventual")) !== null;
    },

    async findByHandle(folded, { exact }, limit) {
      const { name, partitionKey, sortKey } = TABLE_SHAPE.indexes.byHandle;
      const e = new Expression();
      const start = `${e.path(partitionKey)} = ${e.value(startOfHandle(folded))}`;
      const [key, value] = [e.path(sortKey), e.value(folded)];
      const items = await queryItems(
        table,
        {
          IndexName: name,
          KeyConditionExpression: `${start} AND ${exact ? `${key} = ${value}` : `begins_with(${key}, ${value})`}`,
          ...e.attributes(),
        },
        limit,
      );
      return items.map((item) => {
        const { pk, handleFolded } = readItem(handlePlace, item);
        return { userId: userOfPartition(pk), folded: handleFolded };
      });
    },

    async changePresence(userId, revision, change) {
      const e = new Expression();
      const { add, remove, state, version, lastSeenAt, signedOutAt, at } = change;
      const set = [
        `${e.path("state")} = ${e.value(state)}`,
        `${e.path("version")} = ${e.value(version)}`,
        `${e.path("revision")} = ${e.value(revision + 1)}`,
        `${e.path("changedAt")} = ${e.value(at)}`,
      ];
      if (signedOutAt !== undefined) set.push(`${e.path("signedOutAt")} = ${e.value(signedOutAt)}`);
      if (lastSeenAt !== null) set.push(`${e.path("lastSeenAt")} = ${e.value(lastSeenAt)}`);
      if (add) {
        const { lease, since, rooms, takesBatches } = add;
        const connection = {
          lease,
          since,
          ...(takesBatches ? { takesBatches } : {}),
          rooms: Object.fromEntries([...rooms].map((room) => [room, true])),
        };
        set.push(`${e.path("connections", add.id)} = ${e.value(connection)}`);
      }
      const gone = remove.map((id) => e.path("connections", id));
      // Sparse: the sweep looks only at those who are not off. Writing the same shard again costs nothing.
      const shard = e.path(TABLE_SHAPE.indexes.notOff.partitionKey);
      if (state === "off") gone.push(shard);
      else set.push(`${shard} = ${e.value(sweepShardOf(userId))}`);
      const written = await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: userKey(userId),
            UpdateExpression: `SET ${set.join(", ")}${gone.length > 0 ? ` REMOVE ${gone.join(", ")}` : ""}`,
            ConditionExpression: `${e.path("revision")} = ${e.value(revision)}`,
            ...e.attributes(),
            ReturnValues: "ALL_NEW",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      return written.ok
        ? { type: "changed", user: toUserRecord(written.result.Attributes) }
        : { type: "conflict", user: written.item && toUserRecord(written.item) };
    },

    async joinRoom(userId, connectionId, conversationId, maxRooms) {
      const e = new Expression();
      const connection = e.path("connections", connectionId);
      const rooms = e.path("connections", connectionId, "rooms");
      const room = e.path("connections", connectionId, "rooms", conversationId);
      const written = await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: userKey(userId),
            UpdateExpression: `SET ${room} = ${e.value(true)}`,
            ConditionExpression:
              `attribute_exists(${connection}) AND ` +
              `(attribute_exists(${room}) OR size(${rooms}) < ${e.value(maxRooms)})`,
            ...e.attributes(),
            ReturnValues: "ALL_NEW",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return { type: "joined", user: toUserRecord(written.result.Attributes) };
      const connected =
        written.item && toUserRecord(written.item).connections.some(({ id }) => id === connectionId);
      return { type: connected ? "no_room_left" : "not_connected" };
    },

    async leaveRoom(userId, connectionId, conversationId) {
      const e = new Expression();
      const room = e.path("connections", connectionId, "rooms", conversationId);
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: userKey(userId),
            UpdateExpression: `REMOVE ${room}`,
            ConditionExpression: `attribute_exists(${room})`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async listNotOff(shard, cursor, limit) {
      const { name, partitionKey } = TABLE_SHAPE.indexes.notOff;
      const e = new Expression();
      const shardName = sweepShardName(shard);
      const { Items, LastEvaluatedKey } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: name,
          KeyConditionExpression: `${e.path(partitionKey)} = ${e.value(shardName)}`,
          ...e.attributes(),
          Limit: limit,
          ...(cursor ? { ExclusiveStartKey: { [partitionKey]: shardName, ...userKey(cursor) } } : {}),
        }),
      );
      const userIds = (Items ?? []).map((item) => userOfPartition(readItem(keyItem, item).pk));
      return { userIds, cursor: LastEvaluatedKey ? userIds.at(-1)! : null };
    },
  };
}

/** Creates the user, or sets claims that are stored from an earlier token only. */
function savingClaims(table: Table, userId: string, claims: Claims, issuedAt: number | null): UpdateCommand {
  const e = new Expression();
  const off: PresenceState = "off";
  const initial = { state: off, version: 0, revision: 0, connections: {} };
  const set = [
    `${e.path("id")} = ${e.value(userId)}`,
    ...Object.entries(initial).map(
      ([name, value]) => `${e.path(name)} = if_not_exists(${e.path(name)}, ${e.value(value)})`,
    ),
  ];
  // Whoever has no handle is found by the id, which stands in for it.
  const folded = foldHandle(claims.handle ?? userId);
  const { partitionKey, sortKey } = TABLE_SHAPE.indexes.byHandle;
  for (const [name, value] of [
    [partitionKey, startOfHandle(folded)],
    [sortKey, folded],
  ] as const) {
    const path = e.path(name);
    set.push(
      claims.handle === undefined
        ? `${path} = if_not_exists(${path}, ${e.value(value)})`
        : `${path} = ${e.value(value)}`,
    );
  }
  const remove: string[] = [];
  const conditions: string[] = [];
  for (const [claim, value] of Object.entries(claims)) {
    const at = e.path(`${claim}At`);
    if (value === null) remove.push(e.path(claim));
    else set.push(`${e.path(claim)} = ${e.value(value)}`);
    if (issuedAt === null) {
      conditions.push(`attribute_not_exists(${at})`);
    } else {
      set.push(`${at} = ${e.value(issuedAt)}`);
      conditions.push(`(attribute_not_exists(${at}) OR ${at} < ${e.value(issuedAt)})`);
    }
  }
  return new UpdateCommand({
    TableName: table.name,
    Key: userKey(userId),
    UpdateExpression: `SET ${set.join(", ")}${remove.length > 0 ? ` REMOVE ${remove.join(", ")}` : ""}`,
    ...(conditions.length > 0 ? { ConditionExpression: conditions.join(" AND ") } : {}),
    ...e.attributes(),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
}

function toUserRecord(item: unknown): UserRecord {
  const { id, handle, fullName, picture, handleAt, fullNameAt, pictureAt, connections, ...presence } =
    readItem(userItem, item);
  return {
    ...presence,
    id,
    claims: {
      ...(handle === null ? {} : { handle }),
      ...(fullName === null ? {} : { fullName }),
      ...(picture === null ? {} : { picture }),
    },
    claimedAt: {
      ...(handleAt === null ? {} : { handle: handleAt }),
      ...(fullNameAt === null ? {} : { fullName: fullNameAt }),
      ...(pictureAt === null ? {} : { picture: pictureAt }),
    },
    connections: [...connections].map(
      ([connectionId, { lease, since, rooms, takesBatches }]): Connection => ({
        id: connectionId,
        lease,
        since,
        ...(takesBatches ? { takesBatches } : {}),
        rooms: new Set(rooms.keys()),
      }),
    ),
  };
}
