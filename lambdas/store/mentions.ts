import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { MentionStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { mentionItem, readItem } from "./items.ts";
import { conversationPartition, mentionKey, mentionsBetween } from "./keys.ts";
import { conditionally, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

/** `C#<conversation>` / `N#<user>#<seq>`: that a message mentions a user, or no longer does. */
export function createMentionStore(table: Table): MentionStore {
  return {
    async mark(conversationId, { userId, seq, rev, on }) {
      const e = new Expression();
      const path = e.path("rev");
      await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...mentionKey(conversationId, userId, seq), rev, on },
            ConditionExpression: `attribute_not_exists(${path}) OR ${path} < ${e.value(rev)}`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async count(conversationId, userId, { afterSeq, upToSeq }, consistency) {
      const items = await queryPart(table, {
        pk: conversationPartition(conversationId),
        sk: mentionsBetween(userId, afterSeq, upToSeq),
        consistency,
      });
      return items.filter((item) => readItem(mentionItem, item).on).length;
    },
  };
}
