import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { BlockStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { blockItem, keyItem, readItem } from "./items.ts";
import { BLOCK_PREFIX, blockKey, userKey } from "./keys.ts";
import { getItem, getItems, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

/** `U#<user>` / `B#<user>`: whom a user has blocked. */
export function createBlockStore(table: Table): BlockStore {
  return {
    async has(userId, otherId, consistency) {
      return (await getItem(table, blockKey(userId, otherId), consistency)) !== null;
    },

    async among(userIds, otherId) {
      const byPartition = new Map(userIds.map((userId) => [userKey(userId).pk, userId]));
      const keys = userIds.map((userId) => blockKey(userId, otherId));
      const items = await getItems(table, keys, "eventual");
      return new Set(items.map((item) => byPartition.get(readItem(keyItem, item).pk)!));
    },

    async list(userId) {
      const items = await queryPart(table, {
        pk: userKey(userId).pk,
        sk: BLOCK_PREFIX,
        consistency: "eventual",
      });
      return items
        .map((item) => readItem(blockItem, item))
        .sort((a, b) => b.at - a.at)
        .map((block) => block.userId);
    },

    async put(userId, otherId, at) {
      const e = new Expression();
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: blockKey(userId, otherId),
          UpdateExpression:
            `SET ${e.path("userId")} = ${e.value(otherId)}, ` +
            `${e.path("at")} = if_not_exists(${e.path("at")}, ${e.value(at)})`,
          ...e.attributes(),
        }),
      );
    },

    async remove(userId, otherId) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: blockKey(userId, otherId) }));
    },
  };
}
