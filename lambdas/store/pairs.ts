import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Pair, PairStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { pairItem, readItem } from "./items.ts";
import { pairKey } from "./keys.ts";
import { conditionally, getItem, getItems } from "./table.ts";
import type { Table } from "./table.ts";

/** `D#<a>#<b>`, sorted: the one conversation of two users. */
export function createPairStore(table: Table): PairStore {
  return {
    async get(userId, otherId, consistency) {
      const item = await getItem(table, pairKey(userId, otherId), consistency);
      return item && toPair(item);
    },

    async getMany(userId, otherIds) {
      const byPartition = new Map(otherIds.map((otherId) => [pairKey(userId, otherId).pk, otherId]));
      const keys = [...byPartition.values()].map((otherId) => pairKey(userId, otherId));
      const items = await getItems(table, keys, "eventual");
      return new Map(
        items.map((item) => {
          const { pk, conversationId } = readItem(pairItem, item);
          return [byPartition.get(pk)!, conversationId];
        }),
      );
    },

    async claim(userId, otherId, pair) {
      const e = new Expression();
      const written = await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...pairKey(userId, otherId), ...pair },
            ConditionExpression: `attribute_not_exists(${e.path("pk")})`,
            ...e.attributes(),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return pair;
      if (!written.item) throw new Error("A claimed pair came back without its conversation.");
      return toPair(written.item);
    },
  };
}

function toPair(item: unknown): Pair {
  const { conversationId, createdAt, createdBy } = readItem(pairItem, item);
  return { conversationId, createdAt, createdBy };
}
