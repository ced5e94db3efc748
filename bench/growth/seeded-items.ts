import { randomUUID } from "node:crypto";
import { foldHandle, startOfHandle } from "../../lambdas/chat/model/folded-handle.ts";
import type { Head } from "../../lambdas/chat/model/records.ts";
import { withoutDefaults, type Item } from "../../lambdas/store/items.ts";
import {
  headKey,
  inboxKey,
  memberKey,
  messageKey,
  pairKey,
  stepKey,
  sweepShardOf,
  userKey,
} from "../../lambdas/store/keys.ts";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import { aMessage } from "../../test/support/made-records.ts";

/** Items as the stores leave them behind, for writing many at once; `growth.test.ts` compares them. */

/** 200 bytes, as in the cost ledger. */
export const CONTENT = "x".repeat(200);

export interface SeededUser {
  readonly id: string;
  readonly handle: string;
  /** Open connections: null for who is not online. */
  readonly connection: { readonly id: string; readonly lease: number; readonly since: number } | null;
}

export function userItem({ id, handle, connection }: SeededUser): Item {
  const { byHandle, notOff } = TABLE_SHAPE.indexes;
  const folded = foldHandle(handle);
  return {
    ...userKey(id),
    id,
    handle,
    [byHandle.partitionKey]: startOfHandle(folded),
    [byHandle.sortKey]: folded,
    ...(connection === null
      ? { state: "off", version: 0, revision: 0, connections: {} }
      : {
          ...{ state: "on", version: 1, revision: 1, changedAt: connection.since },
          connections: {
            [connection.id]: { lease: connection.lease, since: connection.since, rooms: {} },
          },
          [notOff.partitionKey]: sweepShardOf(id),
        }),
  };
}

export interface SeededConversation {
  readonly conversationId: string;
  /** Whoever asked for it comes first; the other one wrote all of it. */
  readonly userIds: readonly [string, string];
  readonly messages: number;
  /** Of its last message, in milliseconds since the epoch. */
  readonly at: number;
}

/** Each of the reader's read steps lies so many messages above the one before. */
const MESSAGES_A_STEP = 5;

/** A conversation as its creation and its sends leave it. `whole`: with its messages; else only what lists show of it. */
export function* conversationItems(seeded: SeededConversation, whole: boolean): Generator<Item> {
  const { conversationId, userIds, messages, at } = seeded;
  const [creator, writer] = userIds;
  const activity = { [TABLE_SHAPE.indexes.byActivity.sortKey]: at };
  yield { ...pairKey(creator, writer), conversationId, createdAt: at, createdBy: creator };
  yield { ...inboxKey(creator, conversationId), peer: writer, ...activity };
  yield headItem(seeded, whole);
  if (!whole) return;
  yield { ...inboxKey(writer, conversationId), peer: creator, ...activity };
  for (let seq = 1; seq <= messages; seq += 1) yield messageItem(conversationId, writer, seq, at);
  for (let seq = MESSAGES_A_STEP; seq < messages; seq += MESSAGES_A_STEP)
    yield { ...stepKey(conversationId, 0, seq), at };
}

function headItem({ conversationId, userIds, messages, at }: SeededConversation, isRead: boolean): Item {
  const [creator, writer] = userIds;
  // The last step stands in the head itself.
  const readSeq = isRead ? Math.floor((messages - 1) / MESSAGES_A_STEP) * MESSAGES_A_STEP : 0;
  return {
    ...headKey(conversationId),
    id: conversationId,
    participants: [
      { id: creator, readSeq, stepSeq: readSeq, ...(readSeq > 0 ? { readAt: at } : {}) },
      { id: writer, readSeq: messages, stepSeq: 0, wrote: true },
    ],
    createdAt: at,
    lastSeq: messages,
    lastMessage: {
      ...{ seq: messages, senderId: writer, content: CONTENT, truncated: false, createdAt: at },
      clientMessageId: randomUUID(),
    },
    lastMessageAt: at,
    activityAt: at,
    largest: CONTENT.length,
  };
}

function messageItem(conversationId: string, senderId: string, seq: number, createdAt: number): Item {
  const fields = { senderId, content: CONTENT, clientMessageId: randomUUID(), createdAt };
  const { conversationId: _place, seq: _seq, ...message } = aMessage({ conversationId, seq, ...fields });
  return { ...messageKey(conversationId, seq), ...withoutDefaults(message) };
}

/** A member of a group since its first message, with the row in their list. */
export function* memberItems(head: Head, userId: string, role: "owner" | "member"): Generator<Item> {
  const { id, createdAt } = head;
  const position = { joinedAt: createdAt, joinedSeq: 0, asOfSeq: 1, readSeq: 1, readSystems: 1 };
  yield { ...memberKey(id, userId), userId, role, ...position };
  const activity = { [TABLE_SHAPE.indexes.byActivity.sortKey]: createdAt };
  yield { ...inboxKey(userId, id), asOfSeq: 1, ...activity };
}
