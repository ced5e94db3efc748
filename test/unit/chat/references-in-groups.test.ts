import { beforeEach, describe, expect, it } from "vitest";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import { AS_SENT } from "../../../lambdas/chat/model/message-state.ts";
import type { GroupFacts, MemberRecord } from "../../../lambdas/chat/model/records.ts";
import { countMentions } from "../../../lambdas/chat/steps/count-mentions.ts";
import { areParticipants, judgeReferences } from "../../../lambdas/chat/steps/judge-references.ts";
import { markMentions } from "../../../lambdas/chat/steps/mark-mentions.ts";
import { presentMessages } from "../../../lambdas/chat/steps/present-messages.ts";
import { aHead, aMessage } from "../../support/made-records.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { MemoryDatabase, memberKey } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";

const ID = "Conversation0123456789";
const GROUP: GroupFacts = {
  title: "A group",
  avatarUrl: null,
  metadata: null,
  history: "from_join",
  memberCount: 3,
  membershipSeq: 1,
  systemCount: 1,
  systemSeqs: [1],
};
const head = aHead({ id: ID, participants: [], group: GROUP, lastSeq: 9 });

let database: MemoryDatabase;
let chat: Chat;
const member = (userId: string, fields: Partial<MemberRecord> = {}): void =>
  database.members.set(memberKey(ID, userId), {
    conversationId: ID,
    member: {
      userId,
      role: "member",
      joinedAt: 0,
      joinedSeq: 0,
      asOfSeq: 1,
      readSeq: 0,
      readSystems: 0,
      readAt: null,
      ...fields,
    },
  });
const standing = async (userId: string): Promise<MemberRecord> => (await chat.members.get(ID, userId))!;
beforeEach(() => {
  database = new MemoryDatabase();
  chat = memoryChat({ database });
  for (const userId of ["ann", "bob", "late", "gone"]) database.users.set(userId, newUser(userId));
  member("ann");
  member("bob");
  member("late", { joinedSeq: 5, asOfSeq: 5, readSeq: 5 });
  member("gone", { role: null, asOfSeq: 7 });
});

const message = (seq: number, fields = {}) =>
  aMessage({ conversationId: ID, senderId: "ann", seq, ...fields });

describe("in a group", () => {
  it("only who belongs to it is mentioned", async () => {
    expect(await areParticipants(chat, head, ["ann", "bob", "late"])).toBe(true);
    for (const stranger of ["gone", "eve"]) {
      expect(await areParticipants(chat, head, ["ann", stranger])).toBe(false);
      const draft = { senderId: "ann", ...AS_SENT, mentions: [stranger] };
      expect(await judgeReferences(chat, head, draft, null)).toMatchObject({ code: "INVALID_REQUEST" });
    }
  });

  it("nobody answers what was said before they came", async () => {
    const judged = (senderId: string, replyToSeq: number) =>
      judgeReferences(chat, head, { senderId, ...AS_SENT, replyToSeq }, message(replyToSeq));
    expect(await judged("late", 5)).toMatchObject({ code: "NOT_FOUND" });
    expect([await judged("late", 6), await judged("bob", 1)]).toEqual([null, null]);
    const open = { ...head, group: { ...GROUP, history: "all" as const } };
    const draft = { senderId: "late", ...AS_SENT, replyToSeq: 5 };
    expect(await judgeReferences(chat, open, draft, message(5))).toBeNull();
  });

  it("each member's own mentions are counted, up to where the head is", async () => {
    const marks = [7, 8, 10].map((seq) => ({ userId: "bob", seq, rev: 0, on: true }));
    await markMentions(chat, head, [...marks, { userId: "gone", seq: 8, rev: 0, on: true }]);
    expect((await standing("bob")).mentionedSeq).toBe(10);
    expect((await standing("gone")).mentionedSeq).toBeUndefined();
    const count = async (userId: string) =>
      countMentions(chat, head, userId, await standing(userId), "strong");
    expect([await count("bob"), await count("ann")]).toEqual([2, 0]);
    await markMentions(chat, head, [{ userId: "bob", seq: 7, rev: 1, on: false }]);
    expect(await count("bob")).toBe(1);
  });

  it("messages are shown with whoever wrote them and what they answer", async () => {
    for (const stored of [message(2, { senderId: "gone" }), message(8, { replyToSeq: 2 })])
      await chat.messages.put(stored);
    const [shown] = await presentMessages(chat, head, [message(8, { replyToSeq: 2 })]);
    expect(shown).toMatchObject({
      sender: { id: "ann" },
      replyTo: { seq: 2, preview: { sender: { id: "gone" } } },
    });
    const [late] = await presentMessages(chat, head, [message(8, { replyToSeq: 2 })], 6);
    expect(late!.replyTo).toEqual({ ...shown!.replyTo, preview: null });
    const [bob] = await presentMessages(chat, head, [message(8, { replyToSeq: 2 })], 2);
    expect(bob).toEqual(shown);
  });
});
