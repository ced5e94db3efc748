import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { HeadMove } from "../chat/model/head.ts";
import type { ArchiveMark, GroupFacts, Head, ReadStep, StoredPreview } from "../chat/model/records.ts";
import type { HeadStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { headItem, readItem, readStepItem, withoutDefaults } from "./items.ts";
import { conversationPartition, headKey, seqOfStepKey, stepKey, stepsFrom } from "./keys.ts";
import { conditionally, getItem, getItems, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

/** `C#<conversation>` / `META`, the head, and / `R#<participant>#<seq>`, the read steps. */
export function createHeadStore(table: Table): HeadStore {
  return {
    async get(conversationId, consistency) {
      const item = await getItem(table, headKey(conversationId), consistency);
      return item && toHead(item);
    },

    async getMany(conversationIds) {
      const items = await getItems(table, conversationIds.map(headKey), "eventual");
      return new Map(items.map(toHead).map((head) => [head.id, head]));
    },

    async create({
      id,
      participants,
      group,
      createdAt,
      lastSeq,
      lastMessage,
      lastMessageAt,
      activityAt,
      largest,
    }) {
      const e = new Expression();
      const stored = participants.map(({ id, readSeq, stepSeq }) => ({ id, readSeq, stepSeq }));
      await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...headKey(id),
              id,
              participants: stored,
              ...(group ? { group: withoutDefaults({ ...group }) } : {}),
              createdAt,
              lastSeq,
              ...(lastMessage ? { lastMessage: withoutDefaults({ ...lastMessage }), lastMessageAt } : {}),
              activityAt,
              largest,
            },
            ConditionExpression: `attribute_not_exists(${e.path("pk")})`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async move(move) {
      const e = new Expression();
      const UpdateExpression = `SET ${assignments(e, move).join(", ")}`;
      const ConditionExpression = conditions(e, move).join(" AND ");
      const written = await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: headKey(move.conversationId),
            UpdateExpression,
            ConditionExpression,
            ...e.attributes(),
            ReturnValues: "ALL_NEW",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return { type: "moved", head: toHead(written.result.Attributes) };
      if (!written.item) throw new Error(`Conversation ${move.conversationId} has no head.`);
      return { type: "conflict", head: toHead(written.item) };
    },

    async putReadStep(conversationId, { participant, seq, at }) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...stepKey(conversationId, participant, seq), at } }),
      );
    },

    async listReadSteps(conversationId, participant, fromSeq, limit, consistency) {
      const items = await queryPart(table, {
        pk: conversationPartition(conversationId),
        sk: stepsFrom(participant, fromSeq),
        consistency,
        limit,
      });
      return items.map((item): ReadStep => {
        const { sk, at } = readItem(readStepItem, item);
        return { participant, seq: seqOfStepKey(sk), at };
      });
    },
  };
}

function assignments(e: Expression, { set }: HeadMove): readonly string[] {
  const { positions, own = [], mentioned = [], ...fields } = set;
  return [
    ...Object.entries(fields).map(([name, value]) => `${e.path(name)} = ${e.value(stored(value))}`),
    ...positions.flatMap(({ participant, readSeq, reading, wrote }) =>
      Object.entries({ readSeq, ...reading, ...(wrote ? { wrote } : {}) }).map(
        ([name, value]) => `${e.path("participants", participant, name)} = ${e.value(value)}`,
      ),
    ),
    ...own.flatMap(({ participant, ...settings }) =>
      Object.entries(settings).map(
        ([name, value]) => `${e.path("participants", participant, name)} = ${e.value(value)}`,
      ),
    ),
    ...mentioned.map(
      ({ participant, seq }) => `${e.path("participants", participant, "mentionedSeq")} = ${e.value(seq)}`,
    ),
  ];
}

function conditions(e: Expression, { expect }: HeadMove): readonly string[] {
  const {
    lastSeq,
    readSeqs,
    activityAt,
    lastMessageAtMost,
    largestBelow,
    lastRev,
    archiveTurns = [],
    archiveMarks,
    mentionedBelow,
  } = expect;
  const all = readSeqs.map(
    ({ participant, readSeq }) => `${e.path("participants", participant, "readSeq")} = ${e.value(readSeq)}`,
  );
  if (lastSeq !== undefined) all.push(`${e.path("lastSeq")} = ${e.value(lastSeq)}`);
  if (activityAt !== undefined) {
    const [operator, bound] = "equals" in activityAt ? ["=", activityAt.equals] : [">", activityAt.above];
    all.push(`${e.path("activityAt")} ${operator} ${e.value(bound)}`);
  }
  if (lastMessageAtMost !== undefined) {
    const path = e.path("lastMessageAt");
    all.push(`(attribute_not_exists(${path}) OR ${path} <= ${e.value(lastMessageAtMost)})`);
  }
  if (lastRev !== undefined) {
    const path = e.path("lastRev");
    all.push(lastRev === 0 ? `attribute_not_exists(${path})` : `${path} = ${e.value(lastRev)}`);
  }
  for (const [participant, turn] of archiveTurns.entries()) {
    const path = e.path("participants", participant, "archiveTurn");
    all.push(turn === 0 ? `attribute_not_exists(${path})` : `${path} = ${e.value(turn)}`);
  }
  if (archiveMarks !== undefined) {
    all.push(
      archiveMarks === 0
        ? `attribute_not_exists(${e.path("archive")})`
        : `${e.path("archive", "marks")} = ${e.value(archiveMarks)}`,
    );
  }
  for (const { participant, seq } of mentionedBelow ?? []) {
    const path = e.path("participants", participant, "mentionedSeq");
    all.push(`(attribute_not_exists(${path}) OR ${path} < ${e.value(seq)})`);
  }
  if (largestBelow !== undefined) {
    const path = e.path("largest");
    all.push(`(attribute_not_exists(${path}) OR ${path} < ${e.value(largestBelow)})`);
  }
  return all;
}

const stored = (value: number | readonly number[] | StoredPreview | GroupFacts | ArchiveMark): unknown =>
  typeof value === "object" && !Array.isArray(value) ? withoutDefaults({ ...value }) : value;

const toHead = (item: unknown): Head => readItem(headItem, item);
