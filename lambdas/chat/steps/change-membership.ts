import type { Caller, Chat } from "../chat.ts";
import { judgeAdd, judgeLeave, judgeRemoval, judgeRole, mayManage } from "../model/group-rules.ts";
import { belongs } from "../model/membership.ts";
import type { MemberRecord, Role } from "../model/records.ts";
import { noSuchUser, Refusal } from "../model/refusal.ts";
import { appendEvent } from "./append-event.ts";
import type { EventAppended } from "./append-event.ts";
import { findUnknown } from "./find-unknown.ts";

/** Who belongs to a group, changed: each is judged by what it reads of members, strongly, as of its slot. */

/** @throws Refusal as `appendEvent` and `judgeAdd` do; `NOT_FOUND` for somebody nobody knows: then nobody is added */
export function addMembers(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  userIds: readonly string[],
): Promise<EventAppended> {
  let areKnown = false;
  return appendEvent(chat, caller, conversationId, async ({ head, actor }) => {
    mayManage(actor);
    const there = await chat.members.getMany(conversationId, userIds, "strong");
    const newcomers = userIds.filter((userId) => !belongs(there.get(userId)));
    if (!areKnown && (await findUnknown(chat, newcomers)).length > 0) throw noSuchUser();
    areKnown = true;
    return judgeAdd(actor, head.group, newcomers, chat.rules.maxGroupMembers);
  });
}

/** Oneself: that is leaving. @throws Refusal as `appendEvent` and `judgeRemoval` do */
export const removeMember = (
  chat: Chat,
  caller: Caller,
  conversationId: string,
  userId: string,
): Promise<EventAppended> =>
  appendEvent(chat, caller, conversationId, async ({ actor }) => {
    if (userId !== caller.userId)
      return judgeRemoval(actor, userId, await chat.members.get(conversationId, userId));
    return judgeLeave(actor, actor.role === "owner" ? await chat.members.list(conversationId, "strong") : []);
  });

/**
 * Answers with the member as they stand then, too.
 *
 * @throws Refusal as `appendEvent` and `judgeRole` do
 */
export async function changeRole(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  { userId, role }: { readonly userId: string; readonly role: Role },
): Promise<EventAppended & { readonly member: MemberRecord & { readonly role: Role } }> {
  let before: MemberRecord | null = null;
  const appended = await appendEvent(chat, caller, conversationId, async ({ actor }) => {
    before = await chat.members.get(conversationId, userId);
    return judgeRole(actor, userId, before, role);
  });
  // `judgeRole` has refused whoever does not belong to it.
  const member = before as MemberRecord | null;
  if (!member) throw new Refusal("NOT_FOUND", "There is no such member in this group.");
  return { ...appended, member: { ...member, role } };
}
