import { PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { InboxStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { inboxItem, inboxPlace, keyItem, readItem } from "./items.ts";
import { conversationOfInboxKey, INBOX_PREFIX, inboxKey, inboxPartition } from "./keys.ts";
import { TABLE_SHAPE } from "./table-shape.ts";
import { conditionally, queryItems } from "./table.ts";
import type { Table } from "./table.ts";

const { name: BY_ACTIVITY, sortKey: ACTIVITY } = TABLE_SHAPE.indexes.byActivity;

/** `U#<user>` / `C#<conversation>`: what a user takes part in, and roughly when it last moved. */
export function createInboxStore(table: Table): InboxStore {
  return {
    async create(userId, peerId, { conversationId, activityAt }) {
      const e = new Expression();
      await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...inboxKey(userId, conversationId),
              peer: peerId,
              ...(activityAt === null ? {} : { [ACTIVITY]: activityAt }),
            },
            ConditionExpression: `attribute_not_exists(${e.path("pk")})`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async derive(userId, { conversationId, asOfSeq, activityAt }) {
      const e = new Expression();
      const [asOf, activity, gone] = [e.path("asOfSeq"), e.path(ACTIVITY), e.path("gone")];
      const to = e.value(asOfSeq);
      const newer = `attribute_not_exists(${asOf}) OR ${asOf} < ${to}`;
      const at = activityAt === null ? null : e.value(activityAt);
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: inboxKey(userId, conversationId),
            ...(at === null
              ? {
                  UpdateExpression: `SET ${asOf} = ${to}, ${gone} = ${e.value(true)} REMOVE ${activity}`,
                  ConditionExpression: newer,
                }
              : {
                  UpdateExpression: `SET ${asOf} = ${to}, ${activity} = ${at} REMOVE ${gone}`,
                  ConditionExpression: `${newer} OR (${asOf} = ${to} AND ${activity} < ${at})`,
                }),
            ...e.attributes(),
          }),
        ),
      );
    },

    async moveUp(userId, conversationId, activityAt) {
      const e = new Expression();
      const activity = e.path(ACTIVITY);
      const value = e.value(activityAt);
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: inboxKey(userId, conversationId),
            UpdateExpression: `SET ${activity} = ${value}`,
            ConditionExpression: `attribute_exists(${e.path("pk")}) AND attribute_not_exists(${e.path("gone")}) AND (attribute_not_exists(${activity}) OR ${activity} < ${value})`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async listByActivity(userId, { atMost, after }, limit) {
      const e = new Expression();
      const pk = inboxPartition(userId);
      const user = `${e.path("pk")} = ${e.value(pk)}`;
      const items = await queryItems(
        table,
        {
          IndexName: BY_ACTIVITY,
          KeyConditionExpression:
            atMost === null ? user : `${user} AND ${e.path(ACTIVITY)} <= ${e.value(atMost)}`,
          ...e.attributes(),
          ScanIndexForward: false,
          ...(after
            ? {
                ExclusiveStartKey: {
                  ...inboxKey(userId, after.conversationId),
                  [ACTIVITY]: after.activityAt,
                },
              }
            : {}),
        },
        limit,
      );
      return items.map((item) => {
        const { sk, activity } = readItem(inboxPlace, item);
        return { conversationId: conversationOfInboxKey(sk), activityAt: activity };
      });
    },

    async listPeers(userId, cursor, limit) {
      const e = new Expression();
      const pk = `${e.path("pk")} = ${e.value(inboxPartition(userId))}`;
      const { Items, LastEvaluatedKey } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: `${pk} AND begins_with(${e.path("sk")}, ${e.value(INBOX_PREFIX)})`,
          ...e.attributes(),
          Limit: limit,
          ...(cursor ? { ExclusiveStartKey: inboxKey(userId, cursor) } : {}),
        }),
      );
      const rows = (Items ?? []).map((item) => readItem(inboxItem, item));
      return {
        peers: rows.flatMap(({ peer }) => peer ?? []),
        groups: rows.flatMap(({ sk, peer, gone }) =>
          peer === null && !gone ? conversationOfInboxKey(sk) : [],
        ),
        cursor: LastEvaluatedKey ? conversationOfInboxKey(readItem(keyItem, LastEvaluatedKey).sk) : null,
      };
    },
  };
}
