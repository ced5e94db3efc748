import type { MemberPage } from "../../protocol/http-answers.ts";
import type { MembersRequest } from "../../protocol/group-requests.ts";
import type { Caller, Chat } from "../chat.ts";
import { toMember } from "../model/member-view.ts";
import { couldBeConversationId } from "../model/ids.ts";
import { decodeMemberCursor, encodeMemberCursor } from "../model/member-order.ts";
import { belongs, byRank } from "../model/membership.ts";
import { standIn } from "../steps/append-event.ts";

/** So many members weigh as one read. */
const MEMBERS_A_READ = 250;

/**
 * A page of a group's members. Their order is by role, so all are read for each page, whatever its limit.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` for a conversation of two;
 *   `INVALID_REQUEST` for a cursor that is none
 */
export async function listMembers(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  { limit, cursor }: MembersRequest,
): Promise<MemberPage> {
  const after = cursor === null ? null : decodeMemberCursor(cursor);
  await chat.limits.reads.take(caller.userId);
  const known = couldBeConversationId(conversationId) ? await chat.heads.get(conversationId, "strong") : null;
  const { head } = await standIn(chat, known, caller.userId);
  const more = Math.floor(head.group.memberCount / MEMBERS_A_READ);
  if (more > 0) await chat.limits.reads.take(caller.userId, more);
  const members = (await chat.members.list(head.id, "strong")).filter(belongs).sort(byRank);
  const behind = after === null ? members : members.filter((member) => byRank(after, member) < 0);
  const page = behind.slice(0, limit);
  const users = await chat.users.getMany(
    page.map(({ userId }) => userId),
    "eventual",
  );
  const last = page.at(-1);
  return {
    members: page.map((member) => toMember(member, users)),
    nextCursor: last && behind.length > limit ? encodeMemberCursor(last) : null,
  };
}
