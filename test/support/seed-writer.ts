import { randomUUID } from "node:crypto";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { inParallel } from "../../lambdas/chat/in-parallel.ts";
import { previewOf } from "../../lambdas/chat/model/head.ts";
import { withoutDefaults } from "../../lambdas/store/items.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import { inboxKey, messageKey, pairKey } from "../../lambdas/store/keys.ts";
import type { Table } from "../../lambdas/store/table.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { aHead, aMessage } from "./made-records.ts";

const MOST_OF_A_BATCH = 25;
const CONVERSATIONS_AT_ONCE = 10;

/** Somebody who has written as many messages in each of as many conversations of two; the conversations' ids. */
export async function seedWriter(
  table: Table,
  userId: string,
  { conversations, messages, content }: { conversations: number; messages: number; content: string },
): Promise<readonly string[]> {
  const [users, heads] = [createUserStore(table), createHeadStore(table)];
  await users.saveClaims(userId, { handle: "writer", fullName: "A Writer" });
  return inParallel(Array.from({ length: conversations }), CONVERSATIONS_AT_ONCE, async () => {
    const peer = randomUUID();
    const at = Date.now();
    const participants = [
      { id: userId, readSeq: messages, readAt: null, stepSeq: 0, wrote: true },
      { id: peer, readSeq: 0, readAt: null, stepSeq: 0 },
    ];
    const head = aHead({ participants, createdAt: at, activityAt: at });
    const log = Array.from({ length: messages }, (_, index) =>
      aMessage({ conversationId: head.id, seq: index + 1, senderId: userId, content, createdAt: at }),
    );
    await users.saveClaims(peer, {});
    await heads.create({
      ...head,
      lastSeq: messages,
      lastMessage: previewOf(log.at(-1)!),
      lastMessageAt: at,
    });
    const items = [
      { ...pairKey(userId, peer), conversationId: head.id, createdAt: at, createdBy: userId },
      { ...inboxKey(userId, head.id), peer, activity: at },
      { ...inboxKey(peer, head.id), peer: userId, activity: at },
      ...log.map(({ conversationId, seq, ...fields }) => ({
        ...messageKey(conversationId, seq),
        ...withoutDefaults(fields),
      })),
    ];
    for (let start = 0; start < items.length; start += MOST_OF_A_BATCH) {
      const puts = items.slice(start, start + MOST_OF_A_BATCH).map((Item) => ({ PutRequest: { Item } }));
      await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: puts } }));
    }
    return head.id;
  });
}
