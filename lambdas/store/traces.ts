import { DeleteCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Renaming, TraceStore } from "../chat/duty-ports.ts";
import { inParallel } from "../chat/in-parallel.ts";
import { Expression } from "./expression.ts";
import { changeItem, inboxItem, keyItem, reactionsItem, readItem } from "./items.ts";
import type { Item } from "./items.ts";
import * as keys from "./keys.ts";
import type { Key } from "./keys.ts";
import { conditionally, getItem, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

const AT_ONCE = 25;

/** What stands of a user all over the table, beside the messages. */
export function createTraceStore(table: Table): TraceStore {
  const remove = async (found: readonly Key[]): Promise<void> => {
    await inParallel(found, AT_ONCE, ({ pk, sk }) =>
      table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk, sk } })),
    );
  };
  /** One page of a partition's items that begin so, behind a sort key. */
  const page = async (pk: string, prefix: string, cursor: string | null, limit: number) => {
    const e = new Expression();
    const user = `${e.path("pk")} = ${e.value(pk)}`;
    const begins = prefix === "" ? "" : ` AND begins_with(${e.path("sk")}, ${e.value(prefix)})`;
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: user + begins,
        ...e.attributes(),
        ConsistentRead: true,
        Limit: limit,
        ...(cursor === null ? {} : { ExclusiveStartKey: { pk, sk: cursor } }),
      }),
    );
    return {
      items: Items as readonly Item[],
      cursor: LastEvaluatedKey ? readItem(keyItem, LastEvaluatedKey).sk : null,
    };
  };
  /** Those of the page that are the user's, each turned into one of the other id. */
  const move = async (
    found: { readonly items: readonly Item[]; readonly cursor: string | null },
    turn: (item: Item) => Promise<boolean>,
  ) => {
    const moved = await inParallel(found.items, AT_ONCE, turn);
    return { moved: moved.filter(Boolean).length, cursor: found.cursor };
  };

  return {
    async firstRow(userId) {
      const { items } = await page(keys.inboxPartition(userId), keys.INBOX_PREFIX, null, 1);
      const row = items[0] && readItem(inboxItem, items[0]);
      return row ? { conversationId: keys.conversationOfInboxKey(row.sk), peer: row.peer } : null;
    },

    async listOwn(userId, cursor, limit) {
      const found = await page(keys.inboxPartition(userId), "", cursor, limit);
      return { items: found.items.map(toOwnItem), cursor: found.cursor };
    },

    async removeOwn(userId, limit) {
      const { items } = await page(keys.inboxPartition(userId), "", null, limit);
      await remove(items.map((item) => readItem(keyItem, item)));
      return items.length;
    },

    removeRow: (userId, conversationId) => remove([keys.inboxKey(userId, conversationId)]),

    async moveReactions(conversationId, { userId, alias }, cursor, limit) {
      const pk = keys.conversationPartition(conversationId);
      return move(await page(pk, keys.REACTION_PREFIX, cursor, limit), async (item) => {
        if (readItem(reactionsItem, item).userId !== userId) return false;
        const key = readItem(keyItem, item);
        const moved = keys.reactionKey(conversationId, keys.seqOfReactionKey(key.sk), alias);
        await table.client.send(
          new PutCommand({ TableName: table.name, Item: { ...item, ...moved, userId: alias } }),
        );
        await remove([key]);
        return true;
      });
    },

    async moveChanges(conversationId, { userId, alias }, cursor, limit) {
      const pk = keys.conversationPartition(conversationId);
      return move(await page(pk, keys.CHANGE_PREFIX, cursor, limit), async (item) => {
        const { pk, sk, userId: by, change } = readItem(changeItem, item);
        const says = change.type === "edit" && change.said !== null;
        if (by !== userId && !says) return false;
        const e = new Expression();
        const set = by === userId ? `SET ${e.path("userId")} = ${e.value(alias)}` : "";
        const removing = says ? ` REMOVE ${e.path("change", "said")}` : "";
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: { pk, sk },
            UpdateExpression: `${set}${removing}`.trim(),
            ...e.attributes(),
          }),
        );
        return true;
      });
    },

    async removeMarks(conversationId, userId, place, limit) {
      const pk = keys.conversationPartition(conversationId);
      const ranges = [
        keys.mentionsBetween(userId, 0, Number.MAX_SAFE_INTEGER),
        ...(place === null ? [] : [keys.stepsFrom(place, 0)]),
      ];
      const found = await Promise.all(
        ranges.map((sk) => queryPart(table, { pk, sk, consistency: "strong", limit, only: ["pk", "sk"] })),
      );
      const marks = found.flat().map((item) => readItem(keyItem, item));
      const member = keys.memberKey(conversationId, userId);
      const isMember = place === null && (await getItem(table, member, "strong")) !== null;
      await remove(isMember ? [...marks, member] : marks);
      return marks.length + Number(isMember);
    },

    async replaceParticipant(conversationId, userId, place, other) {
      const e = new Expression();
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.headKey(conversationId),
            UpdateExpression: `SET ${e.path("participants", place)} = ${e.value(withoutNulls(other))}`,
            ConditionExpression: `${e.path("participants", place, "id")} = ${e.value(userId)}`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async unpair(conversationId, { userId, alias }: Renaming, peer) {
      const e = new Expression();
      const path = e.path("peer");
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.inboxKey(peer, conversationId),
            UpdateExpression: `SET ${path} = ${e.value(alias)}`,
            ConditionExpression: `${path} = ${e.value(userId)}`,
            ...e.attributes(),
          }),
        ),
      );
      await remove([keys.pairKey(userId, peer)]);
    },
  };
}

const withoutNulls = (fields: object): Item =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

/** What an item that stands under a user is, by the kind of its key. */
function toOwnItem(item: Item) {
  const { sk } = readItem(keyItem, item);
  if (!sk.startsWith(keys.INBOX_PREFIX)) {
    const { pk: _pk, sk: _sk, ...fields } = item;
    return { type: "other", kind: keys.kindOfOwnKey(sk), fields, cursor: sk } as const;
  }
  const { peer, gone } = readItem(inboxItem, item);
  return {
    type: "conversation",
    conversationId: keys.conversationOfInboxKey(sk),
    peer,
    gone,
    cursor: sk,
  } as const;
}
