import type { Chat } from "../chat.ts";
import { judgeReply, mentionsStrangers } from "../model/message-rules.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import type { Refusal } from "../model/refusal.ts";

/** Whether all of these take part in the conversation now. */
export async function areParticipants(
  chat: Chat,
  { id, group, participants }: Head,
  userIds: readonly string[],
): Promise<boolean> {
  if (userIds.length === 0) return true;
  if (!group) return userIds.every((userId) => participants.some((participant) => participant.id === userId));
  const members = await chat.members.getMany(id, userIds, "strong");
  return userIds.every((userId) => (members.get(userId)?.role ?? null) !== null);
}

/**
 * Why a message may not mention whom it mentions (`INVALID_REQUEST`: a stranger) or answer what it answers
 * (`NOT_FOUND`: not there, or not for its sender to see; `CONFLICT`: deleted); null where it may. `quoted` is what
 * stands there.
 */
export async function judgeReferences(
  chat: Chat,
  head: Head,
  draft: Pick<MessageRecord, "senderId" | "mentions" | "replyToSeq">,
  quoted: MessageRecord | null,
): Promise<Refusal | null> {
  if (!(await areParticipants(chat, head, draft.mentions))) return mentionsStrangers();
  const { senderId, replyToSeq } = draft;
  if (replyToSeq === null) return null;
  const member = head.group?.history === "from_join" ? await chat.members.get(head.id, senderId) : null;
  return judgeReply(member && replyToSeq <= member.joinedSeq ? null : quoted);
}
