import type { NewGroupRequest } from "../../protocol/group-requests.ts";
import type { Conversation } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { groupPicture } from "../model/group-rules.ts";
import { Refusal } from "../model/refusal.ts";
import { makeGroup } from "../steps/make-group.ts";
import { showGroup } from "../steps/show-group.ts";
import { tellEvent } from "../steps/tell-event.ts";

/**
 * Makes a group whose owner is the caller. The same `clientConversationId` of theirs again finds the same group,
 * whatever else the repeat says.
 *
 * @throws Refusal `RATE_LIMITED`, also for one conversation too many in an hour; `INVALID_REQUEST` for oneself among
 *   the members or too many of them; `NOT_FOUND` for one nobody knows: then nothing is made
 */
export async function createGroup(
  chat: Chat,
  caller: Caller,
  request: NewGroupRequest,
): Promise<{ readonly conversation: Conversation; readonly isNew: boolean }> {
  await chat.limits.lookups.take(caller.userId);
  const memberIds = [...new Set(request.memberIds)];
  if (memberIds.includes(caller.userId)) {
    throw new Refusal("INVALID_REQUEST", "memberIds must name the others: who makes a group is its owner.");
  }
  const { maxGroupMembers } = chat.rules;
  if (memberIds.length >= maxGroupMembers) {
    throw new Refusal(
      "INVALID_REQUEST",
      `memberIds must name at most ${maxGroupMembers - 1} users: a group has at most ${maxGroupMembers} members.`,
    );
  }
  const avatarUrl = groupPicture(request.avatarUrl, chat.rules.avatarSchemes);
  const { title, metadata, history, clientConversationId } = request;
  const draft = { title, avatarUrl, metadata, memberIds, history, clientConversationId };
  const { head, message, isNew } = await makeGroup(chat, caller, draft);
  if (isNew) await tellEvent(chat, caller, { head, message });
  return { conversation: await showGroup(chat, caller, head), isNew };
}
