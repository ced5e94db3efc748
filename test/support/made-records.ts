import { randomBytes } from "node:crypto";
import { newConversationId } from "../../lambdas/chat/model/ids.ts";
import type { Connection, Head, MessageRecord, UserRecord } from "../../lambdas/chat/model/records.ts";
import type { UserStore } from "../../lambdas/chat/ports.ts";
import type { PresenceChange } from "../../lambdas/chat/model/presence.ts";
import { AS_SENT } from "../../lambdas/chat/model/message-state.ts";

export const freshConversationId = (): string => newConversationId(randomBytes);

export const freshUserId = (): string => `user-${randomBytes(6).toString("hex")}`;

export const aMessage = (
  fields: Pick<MessageRecord, "conversationId" | "seq"> & Partial<MessageRecord>,
): MessageRecord => ({
  senderId: "ada",
  content: "hello",
  clientMessageId: null,
  ...AS_SENT,
  system: null,
  attemptId: randomBytes(9).toString("base64url"),
  createdAt: 1_700_000_000_000 + fields.seq,
  ...fields,
});

export const aHead = (fields: Partial<Head> = {}): Head => ({
  id: freshConversationId(),
  participants: ["ada", "bob"].map((id) => ({ id, readSeq: 0, readAt: null, stepSeq: 0 })),
  group: null,
  createdAt: 1_700_000_000_000,
  lastSeq: 0,
  lastMessage: null,
  lastMessageAt: null,
  activityAt: 1_700_000_000_000,
  largest: 0,
  lastRev: 0,
  pins: [],
  ...fields,
});

/** Of a group whose members are the test's to make. */
export const aGroupHead = (fields: Partial<Head> = {}): Head =>
  aHead({
    participants: [],
    group: {
      title: "Sailing",
      avatarUrl: null,
      metadata: null,
      history: "all",
      memberCount: 0,
      membershipSeq: 0,
      systemCount: 0,
      systemSeqs: [],
    },
    ...fields,
  });

export const aConnection = (id: string, fields: Partial<Connection> = {}): Connection => ({
  id,
  lease: 1_700_000_999_000,
  since: 1_700_000_000_000,
  rooms: new Set(),
  ...fields,
});

export const aChange = (user: UserRecord, fields: Partial<PresenceChange>): PresenceChange => ({
  add: null,
  remove: [],
  state: user.state,
  version: user.version,
  lastSeenAt: user.lastSeenAt,
  at: 1_700_000_000_000,
  ...fields,
});

/** Stores a user with these connections, and tells the record as it stands. */
export async function storeUser(
  users: UserStore,
  userId: string,
  connectionIds: readonly string[] = [],
): Promise<UserRecord> {
  let user = await users.saveClaims(userId, {});
  for (const id of connectionIds) {
    const change = aChange(user, { add: aConnection(id), state: "on" });
    const result = await users.changePresence(userId, user.revision, change);
    if (result.type !== "changed") throw new Error("Nobody else writes here.");
    user = result.user;
  }
  return user;
}
