import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { MessageRecord } from "../chat/model/records.ts";
import type { Consistency, MessageStore, SlotMark } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { markItem, messageItem, readItem, withoutDefaults } from "./items.ts";
import type { Item } from "./items.ts";
import { conversationPartition, messageKey, messagesAfter, messagesBefore, parseMessageKey } from "./keys.ts";
import { conditionally, getItem, getItems, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

/** `C#<conversation>` / `M#<seq>`: the log. A slot once filled is never emptied. */
export function createMessageStore(table: Table): MessageStore {
  const list = async (
    conversationId: string,
    range: readonly [string, string],
    limit: number,
    consistency: Consistency,
    oldestFirst: boolean,
  ): Promise<readonly MessageRecord[]> => {
    const pk = conversationPartition(conversationId);
    const items = await queryPart(table, { pk, sk: range, limit, consistency, backwards: !oldestFirst });
    return items.map(toMessageRecord);
  };

  return {
    async put(message) {
      const e = new Expression();
      const written = await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: toItem(message),
            ConditionExpression: `attribute_not_exists(${e.path("pk")})`,
            ...e.attributes(),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return { type: "stored" };
      if (!written.item) throw new Error("A taken slot came back without its message.");
      return { type: "taken", by: toMessageRecord(written.item) };
    },

    async revise(message, rev) {
      const e = new Expression();
      const path = e.path("rev");
      // A message that was never changed bears no rev.
      const isThere = rev === 0 ? `attribute_not_exists(${path})` : `${path} = ${e.value(rev)}`;
      const written = await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: toItem(message),
            ConditionExpression: `attribute_exists(${e.path("pk")}) AND ${isThere}`,
            ...e.attributes(),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return { type: "revised" };
      if (!written.item) throw new Error("A message that was changed has gone.");
      return { type: "conflict", message: toMessageRecord(written.item) };
    },

    async get(conversationId, seq) {
      const item = await getItem(table, messageKey(conversationId, seq), "strong");
      return item && toMessageRecord(item);
    },

    async getMany(conversationId, seqs) {
      const keys = seqs.map((seq) => messageKey(conversationId, seq));
      return (await getItems(table, keys, "strong")).map(toMessageRecord);
    },

    async listNewest(conversationId, limit) {
      const pk = conversationPartition(conversationId);
      const part = { pk, sk: messagesBefore(null), limit, consistency: "strong", backwards: true } as const;
      // A content need not be carried, or read, a hundred times for what tells it from others.
      const items = await queryPart(table, { ...part, only: MARK });
      return items.map(toMark);
    },

    listAfter: (conversationId, afterSeq, limit, consistency) =>
      list(conversationId, messagesAfter(afterSeq), limit, consistency, true),

    listBefore: (conversationId, beforeSeq, limit, consistency) =>
      list(conversationId, messagesBefore(beforeSeq), limit, consistency, false),
  };
}

const MARK = ["pk", "sk", "senderId", "clientMessageId", "attemptId"];

function toMark(item: unknown): SlotMark {
  const { pk, sk, ...mark } = readItem(markItem, item);
  const place = parseMessageKey({ pk, sk });
  if (!place) throw new Error("An item that is no message stands among the messages.");
  return { seq: place.seq, ...mark };
}

const toItem = ({ conversationId, seq, ...message }: MessageRecord): Item => ({
  ...messageKey(conversationId, seq),
  ...withoutDefaults(message),
});

function toMessageRecord(item: unknown): MessageRecord {
  const { pk, sk, ...message } = readItem(messageItem, item);
  const place = parseMessageKey({ pk, sk });
  if (!place) throw new Error("An item that is no message stands among the messages.");
  return { ...place, ...message };
}
