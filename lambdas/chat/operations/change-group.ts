import type { DetailsRequest } from "../../protocol/group-requests.ts";
import type { Conversation, Member } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { groupPicture, judgeDetails } from "../model/group-rules.ts";
import { toMember } from "../model/member-view.ts";
import type { Role } from "../model/records.ts";
import { appendEvent } from "../steps/append-event.ts";
import * as membership from "../steps/change-membership.ts";
import { showGroup } from "../steps/show-group.ts";
import { tellEvent } from "../steps/tell-event.ts";

/** What a group's members change of it: in the log first, then told. */

/** @throws Refusal `RATE_LIMITED`, and as `appendEvent` and `judgeDetails` do; `INVALID_REQUEST` for no picture */
export async function changeDetails(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  request: DetailsRequest,
): Promise<{ readonly conversation: Conversation }> {
  await chat.limits.sends.take(caller.userId);
  const { title, avatarUrl, metadata } = request;
  const changes = {
    ...(title === undefined ? {} : { title }),
    ...(avatarUrl === undefined ? {} : { avatarUrl: groupPicture(avatarUrl, chat.rules.avatarSchemes) }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const appended = await appendEvent(chat, caller, conversationId, ({ head, actor }) =>
    Promise.resolve(judgeDetails(actor, head.group, changes)),
  );
  await tellEvent(chat, caller, appended);
  return { conversation: await showGroup(chat, caller, appended.head) };
}

/** Those there already are left out. @throws Refusal `RATE_LIMITED`, and as the step does */
export async function addMembers(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  userIds: readonly string[],
): Promise<{ readonly added: readonly string[] }> {
  await chat.limits.sends.take(caller.userId);
  const appended = await membership.addMembers(chat, caller, conversationId, [...new Set(userIds)]);
  await tellEvent(chat, caller, appended);
  const event = appended.message?.system;
  return { added: event?.event === "members_added" ? event.userIds : [] };
}

/** Oneself: one leaves. Who has gone is gone. @throws Refusal `RATE_LIMITED`, and as the step does */
export async function removeMember(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  userId: string,
): Promise<void> {
  await chat.limits.sends.take(caller.userId);
  await tellEvent(chat, caller, await membership.removeMember(chat, caller, conversationId, userId));
}

/** @throws Refusal `RATE_LIMITED`, and as the step does */
export async function changeRole(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  wanted: { readonly userId: string; readonly role: Role },
): Promise<{ readonly member: Member }> {
  await chat.limits.sends.take(caller.userId);
  const { member, ...appended } = await membership.changeRole(chat, caller, conversationId, wanted);
  await tellEvent(chat, caller, appended);
  return { member: toMember(member, await chat.users.getMany([member.userId], "eventual")) };
}
