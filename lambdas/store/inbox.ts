import { PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { isArchiveTurn } from "../chat/model/own-settings.ts";
import type { InboxStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { inboxItem, inboxPlace, keyItem, readItem } from "./items.ts";
import { conversationOfInboxKey, INBOX_PREFIX, inboxKey, inboxPartition } from "./keys.ts";
import type { Key } from "./keys.ts";
import { TABLE_SHAPE } from "./table-shape.ts";
import { conditionally, queryItems } from "./table.ts";
import type { Table } from "./table.ts";

const { name: BY_ACTIVITY, sortKey: ACTIVITY } = TABLE_SHAPE.indexes.byActivity;

const MAX_TIME = Number.MAX_SAFE_INTEGER;

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
      // Whoever comes again has archived nothing; what they have archived since stays where it lies.
      const turn = at === null ? "" : e.path("archiveTurn");
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
                  UpdateExpression: `SET ${asOf} = ${to}, ${activity} = ${at} REMOVE ${gone}, ${turn}`,
                  ConditionExpression: `${newer} OR (${asOf} = ${to} AND ${activity} < ${at} AND attribute_not_exists(${turn}))`,
                }),
            ...e.attributes(),
          }),
        ),
      );
    },

    async moveUp(userId, conversationId, activityAt, archiveTurn = null) {
      // Nearly all rows have never been in the archive: a guess that saves a read.
      for (let turn = archiveTurn ?? 0; ;) {
        const written = await conditionally(
          table.client.send(movingUp(table, inboxKey(userId, conversationId), activityAt, turn)),
        );
        if (written.ok || archiveTurn !== null || !written.item) return;
        const { archiveTurn: actual } = readItem(inboxItem, written.item);
        if (actual <= turn) return;
        turn = actual;
      }
    },

    async listByActivity(userId, { atMost, after, archived = false }, limit) {
      const e = new Expression();
      const pk = inboxPartition(userId);
      const user = `${e.path("pk")} = ${e.value(pk)}`;
      // What is archived lies below zero, and is read from the other end.
      const [from, to] = archived ? [-(atMost ?? MAX_TIME), -1] : [0, atMost ?? MAX_TIME];
      const items = await queryItems(
        table,
        {
          IndexName: BY_ACTIVITY,
          KeyConditionExpression: `${user} AND ${e.path(ACTIVITY)} BETWEEN ${e.value(from)} AND ${e.value(to)}`,
          ...e.attributes(),
          ScanIndexForward: archived,
          ...(after
            ? {
                ExclusiveStartKey: {
                  ...inboxKey(userId, after.conversationId),
                  [ACTIVITY]: archived ? -after.activityAt : after.activityAt,
                },
              }
            : {}),
        },
        limit,
      );
      return items.map((item) => {
        const { sk, activity } = readItem(inboxPlace, item);
        return { conversationId: conversationOfInboxKey(sk), activityAt: Math.abs(activity) };
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

/** A row of an earlier turn goes over to this one wherever it stood; one of this turn only moves up. */
function movingUp(table: Table, key: Key, activityAt: number, turn: number): UpdateCommand {
  const e = new Expression();
  const [activity, archiveTurn] = [e.path(ACTIVITY), e.path("archiveTurn")];
  const archived = isArchiveTurn(turn);
  const value = e.value(archived ? -activityAt : activityAt);
  const isBelow = `(attribute_not_exists(${activity}) OR ${activity} ${archived ? ">" : "<"} ${value})`;
  const never = `attribute_not_exists(${archiveTurn})`;
  const to = turn === 0 ? null : e.value(turn);
  const mayMove =
    to === null
      ? `${never} AND ${isBelow}`
      : `(${never} OR ${archiveTurn} < ${to} OR (${archiveTurn} = ${to} AND ${isBelow}))`;
  return new UpdateCommand({
    TableName: table.name,
    Key: key,
    UpdateExpression: `SET ${activity} = ${value}${to === null ? "" : `, ${archiveTurn} = ${to}`}`,
    ConditionExpression: `attribute_exists(${e.path("pk")}) AND attribute_not_exists(${e.path("gone")}) AND ${mayMove}`,
    ...e.attributes(),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
}
