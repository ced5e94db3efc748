import type { Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import { archiveTurnOf } from "../model/own-settings.ts";
import type { HeadPlan } from "../model/head.ts";
import type { GuessedHead, Head } from "../model/records.ts";
import { markMentions } from "./mark-mentions.ts";

const ROWS_AT_ONCE = 50;

/** Inbox rows, steps and mentions, then the head: what a head says is already true elsewhere. */
export async function moveHead(
  chat: Chat,
  head: Head | GuessedHead,
  { move, steps, marks, movesRows }: HeadPlan,
): ReturnType<Chat["heads"]["move"]> {
  const { activityAt, own = [] } = move.set;
  const rows = movesRows && activityAt !== undefined ? await participantsOf(chat, head) : [];
  const turnOf = (id: string): number | null => {
    const place = head.participants.findIndex((participant) => participant.id === id);
    const participant = head.participants[place];
    if (!participant) return null;
    return own.find((one) => one.participant === place)?.archiveTurn ?? archiveTurnOf(participant);
  };
  await Promise.all([
    inParallel(rows, ROWS_AT_ONCE, (id) => chat.inbox.moveUp(id, head.id, activityAt!, turnOf(id))),
    ...steps.map((step) => chat.heads.putReadStep(head.id, step)),
    markMentions(chat, head, marks),
  ]);
  return chat.heads.move(move);
}

/** Read after all who come with this move have come: who joins later gets a row as late as the head by then. */
async function participantsOf(chat: Chat, head: Head | GuessedHead): Promise<readonly string[]> {
  if (!head.group) return head.participants.map(({ id }) => id);
  return (await chat.members.list(head.id, "strong")).map(({ userId }) => userId);
}
