import type { Chat } from "../chat.ts";
import type { HeadPlan } from "../model/head.ts";
import type { GuessedHead, Head } from "../model/records.ts";
import { markMentions } from "./mark-mentions.ts";

/** Inbox rows, steps and mentions, then the head: what a head says is already true elsewhere. */
export async function moveHead(
  chat: Chat,
  head: Head | GuessedHead,
  { move, steps, marks, movesRows }: HeadPlan,
): ReturnType<Chat["heads"]["move"]> {
  const { activityAt } = move.set;
  const rows = movesRows && activityAt !== undefined ? head.participants : [];
  await Promise.all([
    ...rows.map(({ id }) => chat.inbox.moveUp(id, head.id, activityAt!)),
    ...steps.map((step) => chat.heads.putReadStep(head.id, step)),
    markMentions(chat, head, marks),
  ]);
  return chat.heads.move(move);
}
