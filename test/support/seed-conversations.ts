import { randomUUID } from "node:crypto";
import { planAppend } from "../../lambdas/chat/model/head.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import { createInboxStore } from "../../lambdas/store/inbox.ts";
import type { Table } from "../../lambdas/store/table.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { aHead, aMessage } from "./made-records.ts";

/** Conversations of one message from a peer each, stored as sends at these times would have left them. */
export async function seedConversations(
  table: Table,
  userId: string,
  text: string,
  times: readonly number[],
): Promise<void> {
  const [users, inbox] = [createUserStore(table), createInboxStore(table)];
  const conversations = createHeadStore(table);
  await Promise.all(
    times.map(async (at) => {
      const peer = randomUUID();
      const participants = [userId, peer].map((one) => ({ id: one, readSeq: 0, readAt: null, stepSeq: 0 }));
      const head = aHead({ participants, createdAt: at, activityAt: at });
      const row = { conversationId: head.id, activityAt: at };
      const content = { senderId: peer, content: text, clientMessageId: randomUUID(), createdAt: at };
      await users.saveClaims(peer, { handle: "peer", fullName: "A Peer" });
      await Promise.all([
        inbox.create(userId, peer, row),
        inbox.create(peer, userId, row),
        conversations.create(head),
      ]);
      const message = aMessage({ conversationId: head.id, seq: 1, ...content });
      await conversations.move(planAppend(head, [message]).move);
    }),
  );
}
