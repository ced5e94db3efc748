import type { Chat } from "../chat.ts";
import { archiveTurnOf } from "../model/own-settings.ts";
import type { HeadPlan } from "../model/head.ts";
import type { GuessedHead, Head } from "../model/records.ts";

/** Inbox rows, then steps, then the head: what a head says is already true elsewhere. */
export async function moveHead(
  chat: Chat,
  head: Head | GuessedHead,
  { move, steps, movesRows }: HeadPlan,
): ReturnType<Chat["heads"]["move"]> {
  const { activityAt, own = [] } = move.set;
  const rows = movesRows && activityAt !== undefined ? head.participants : [];
  await Promise.all([
    ...rows.map((participant, index) => {
      const turn = own.find((one) => one.participant === index)?.archiveTurn ?? archiveTurnOf(participant);
      return chat.inbox.moveUp(participant.id, head.id, activityAt!, turn);
    }),
    ...steps.map((step) => chat.heads.putReadStep(head.id, step)),
  ]);
  return chat.heads.move(move);
}
