import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { MemberRecord } from "../chat/model/records.ts";
import type { MemberStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { keyItem, memberItem, readItem } from "./items.ts";
import { conversationOfMemberKey, conversationPartition, MEMBER_PREFIX, memberKey } from "./keys.ts";
import { conditionally, getItem, getItems, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

/** `C#<conversation>` / `P#<user>`: the members of a group, and those who were. */
export function createMemberStore(table: Table): MemberStore {
  return {
    async get(conversationId, userId) {
      const item = await getItem(table, memberKey(conversationId, userId), "strong");
      return item && toMember(item);
    },

    async getMany(conversationId, userIds, consistency) {
      const keys = userIds.map((userId) => memberKey(conversationId, userId));
      const members = (await getItems(table, keys, consistency)).map(toMember);
      return new Map(members.map((member) => [member.userId, member]));
    },

    async getManyOf(userId, conversationIds, consistency) {
      const keys = conversationIds.map((conversationId) => memberKey(conversationId, userId));
      const items = await getItems(table, keys, consistency);
      return new Map(items.map((item) => [conversationOfMemberKey(readItem(keyItem, item)), toMember(item)]));
    },

    async list(conversationId, consistency) {
      const items = await queryPart(table, {
        pk: conversationPartition(conversationId),
        sk: MEMBER_PREFIX,
        consistency,
      });
      return items.map(toMember).filter(({ role }) => role !== null);
    },

    async derive(conversationId, member) {
      const { userId, role, joinedAt, joinedSeq, asOfSeq, readSeq, readSystems, readAt } = member;
      const e = new Expression();
      const asOf = e.path("asOfSeq");
      const to = e.value(asOfSeq);
      const set = (fields: Readonly<Record<string, unknown>>): string[] =>
        Object.entries(fields).map(([name, value]) => `${e.path(name)} = ${e.value(value)}`);
      const joins = joinedSeq === asOfSeq;
      // Only who joins gets a position; the others go on from theirs.
      const position = { readSeq, readSystems, ...(readAt === null ? {} : { readAt }) };
      const sets = [
        `${asOf} = ${to}`,
        ...set({ userId, joinedAt, joinedSeq }),
        ...(role === null ? [] : set({ role })),
        ...(joins
          ? set(position)
          : Object.entries(position).map(
              ([name, value]) => `${e.path(name)} = if_not_exists(${e.path(name)}, ${e.value(value)})`,
            )),
      ];
      const dropped = [
        ...(role === null ? ["role"] : []),
        ...(joins && readAt === null ? ["readAt"] : []),
        ...(joins ? ["mentionedSeq", "pinned", "archiveTurn", "mutedUntil"] : []),
      ];
      const removes = dropped.map((name) => e.path(name));
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: memberKey(conversationId, userId),
            UpdateExpression: `SET ${sets.join(", ")}${removes.length > 0 ? ` REMOVE ${removes.join(", ")}` : ""}`,
            ConditionExpression: `attribute_not_exists(${asOf}) OR ${asOf} < ${to}`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async set(conversationId, userId, own, archiveTurn) {
      const e = new Expression();
      const turn = e.path("archiveTurn");
      const expected =
        archiveTurn === 0 ? `attribute_not_exists(${turn})` : `${turn} = ${e.value(archiveTurn)}`;
      const sets = Object.entries(own).map(([name, value]) => `${e.path(name)} = ${e.value(value)}`);
      const written = await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: memberKey(conversationId, userId),
            UpdateExpression: `SET ${sets.join(", ")}`,
            ConditionExpression: `attribute_exists(${e.path("role")}) AND ${expected}`,
            ...e.attributes(),
            ReturnValues: "ALL_NEW",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return { type: "set", member: toMember(written.result.Attributes) };
      const standing = written.item && toMember(written.item);
      return standing && standing.role !== null ? { type: "conflict", member: standing } : null;
    },

    async read(conversationId, userId, { readSeq, readSystems, readAt }) {
      const e = new Expression();
      const seq = e.path("readSeq");
      const to = e.value(readSeq);
      const written = await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: memberKey(conversationId, userId),
            UpdateExpression: `SET ${seq} = ${to}, ${e.path("readSystems")} = ${e.value(readSystems)}, ${e.path("readAt")} = ${e.value(readAt)}`,
            ConditionExpression: `attribute_exists(${e.path("role")}) AND ${seq} < ${to}`,
            ...e.attributes(),
            ReturnValues: "ALL_NEW",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return toMember(written.result.Attributes);
      return written.item && toMember(written.item);
    },

    async mention(conversationId, userId, mentionedSeq) {
      const e = new Expression();
      const seq = e.path("mentionedSeq");
      const to = e.value(mentionedSeq);
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: memberKey(conversationId, userId),
            UpdateExpression: `SET ${seq} = ${to}`,
            ConditionExpression: `attribute_exists(${e.path("role")}) AND (attribute_not_exists(${seq}) OR ${seq} < ${to})`,
            ...e.attributes(),
          }),
        ),
      );
    },
  };
}

const toMember = (item: unknown): MemberRecord => readItem(memberItem, item);
