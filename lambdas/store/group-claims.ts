import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { GroupClaimStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { groupClaimItem, readItem } from "./items.ts";
import { groupClaimKey } from "./keys.ts";
import { conditionally, getItem } from "./table.ts";
import type { Table } from "./table.ts";

/** `U#<user>` / `G#<name>`: the group that a user has made under a name of theirs. */
export function createGroupClaimStore(table: Table): GroupClaimStore {
  return {
    async get(userId, name) {
      const item = await getItem(table, groupClaimKey(userId, name), "eventual");
      return item && readItem(groupClaimItem, item).conversationId;
    },

    async claim(userId, name, conversationId) {
      const e = new Expression();
      const written = await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...groupClaimKey(userId, name), conversationId },
            ConditionExpression: `attribute_not_exists(${e.path("pk")})`,
            ...e.attributes(),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return conversationId;
      if (!written.item) throw new Error("A claimed name came back without its conversation.");
      return readItem(groupClaimItem, written.item).conversationId;
    },
  };
}
