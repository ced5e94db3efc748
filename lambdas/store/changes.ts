import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ChangeRecord } from "../chat/model/records.ts";
import type { ChangeStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { changeItem, readItem, withoutDefaults } from "./items.ts";
import { changeKey, changesAfter, conversationPartition, parseChangeKey } from "./keys.ts";
import { conditionally, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

/** `C#<conversation>` / `X#<rev>`: the second log. A slot once filled is never emptied. */
export function createChangeStore(table: Table): ChangeStore {
  return {
    async put({ conversationId, rev, change, ...fields }) {
      const e = new Expression();
      const said = change.type === "edit" && change.said ? { said: withoutDefaults(change.said) } : {};
      const written = await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...changeKey(conversationId, rev), ...fields, change: { ...change, ...said } },
            ConditionExpression: `attribute_not_exists(${e.path("pk")})`,
            ...e.attributes(),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return { type: "stored" };
      if (!written.item) throw new Error("A taken slot came back without its change.");
      return { type: "taken", by: toChangeRecord(written.item) };
    },

    async listAfter(conversationId, afterRev, limit) {
      const items = await queryPart(table, {
        pk: conversationPartition(conversationId),
        sk: changesAfter(afterRev),
        consistency: "strong",
        limit,
      });
      return items.map(toChangeRecord);
    },

    async empty(conversationId, rev) {
      const e = new Expression();
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: changeKey(conversationId, rev),
          UpdateExpression: `REMOVE ${e.path("change", "said")}`,
          ...e.attributes(),
        }),
      );
    },
  };
}

function toChangeRecord(item: unknown): ChangeRecord {
  const { pk, sk, ...change } = readItem(changeItem, item);
  const place = parseChangeKey({ pk, sk });
  if (!place) throw new Error("An item that is no change stands among the changes.");
  return { ...place, ...change };
}
