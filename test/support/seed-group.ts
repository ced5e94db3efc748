import { createHeadStore } from "../../lambdas/store/heads.ts";
import { createInboxStore } from "../../lambdas/store/inbox.ts";
import { createMemberStore } from "../../lambdas/store/members.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { planAppend } from "../../lambdas/chat/model/head.ts";
import type { GroupEvent, GroupFacts, Head, MemberRecord, Role } from "../../lambdas/chat/model/records.ts";
import type { Table } from "../../lambdas/store/table.ts";
import { aHead, aMessage } from "./made-records.ts";

/** A group of these, the first its owner, as its creation leaves it: one system message that nobody has to read. */
export async function seedGroup(
  table: Table,
  userIds: readonly string[],
  { history = "all" }: Partial<Pick<GroupFacts, "history">> = {},
): Promise<string> {
  const createdAt = Date.now();
  const facts: GroupFacts = {
    title: "Sailing",
    avatarUrl: null,
    metadata: null,
    history,
    memberCount: 0,
    membershipSeq: 0,
    systemCount: 0,
    systemSeqs: [],
  };
  const head = aHead({ participants: [], group: facts, createdAt, activityAt: createdAt });
  const [owner = "", ...others] = userIds;
  await createHeadStore(table).create(head);
  const { title, avatarUrl, metadata, history: from } = facts;
  await tellGroup(table, head.id, owner, {
    event: "created",
    userIds: others,
    title,
    avatarUrl,
    metadata,
    history: from,
  });
  for (const [index, userId] of userIds.entries())
    await seedMember(table, head.id, userId, index === 0 ? "owner" : "member", { joinedSeq: 0, asOfSeq: 1 });
  return head.id;
}

/** One more system message, and the head over it; members are the test's to bring to it, before. */
export async function tellGroup(
  table: Table,
  conversationId: string,
  senderId: string,
  system: GroupEvent,
): Promise<Head> {
  const heads = createHeadStore(table);
  const head = await heads.get(conversationId, "strong");
  if (!head) throw new Error("There is no such group.");
  const message = aMessage({
    conversationId,
    seq: head.lastSeq + 1,
    senderId,
    content: "",
    system,
    createdAt: Date.now(),
  });
  await createMessageStore(table).put(message);
  return (await heads.move(planAppend(head, [message]).move)).head;
}

/** Brings a member to a message, with their row in the list. */
export async function seedMember(
  table: Table,
  conversationId: string,
  userId: string,
  role: Role | null,
  { joinedSeq, asOfSeq, ...fields }: Pick<MemberRecord, "joinedSeq" | "asOfSeq"> & Partial<MemberRecord>,
): Promise<void> {
  const position = { readSeq: asOfSeq, readSystems: 1, readAt: null };
  await createMemberStore(table).derive(conversationId, {
    userId,
    role,
    joinedAt: Date.now(),
    joinedSeq,
    asOfSeq,
    ...position,
    ...fields,
  });
  const activityAt = role === null ? null : Date.now();
  await createInboxStore(table).derive(userId, { conversationId, asOfSeq, activityAt });
}
