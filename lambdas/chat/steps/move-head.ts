import type { Task } from "../../protocol/worker-tasks.ts";
import type { Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import { archiveTurnOf } from "../model/own-settings.ts";
import type { HeadPlan } from "../model/head.ts";
import type { GuessedHead, Head } from "../model/records.ts";
import { markMentions } from "./mark-mentions.ts";
import { wakeMembers } from "./wake-members.ts";

/** So many rows are moved before the head; those of a larger group by the worker, seconds later maybe. */
const MAX_ROWS = 100;

const ROWS_AT_ONCE = 50;

/** Inbox rows, archives, steps and mentions, then the head: what a head says is already true elsewhere. */
export async function moveHead(
  chat: Chat,
  head: Head | GuessedHead,
  { move, steps, marks, movesRows, waking }: HeadPlan,
): ReturnType<Chat["heads"]["move"]> {
  const { activityAt, own = [] } = move.set;
  const turnOf = (id: string): number | null => {
    const place = head.participants.findIndex((participant) => participant.id === id);
    const participant = head.participants[place];
    if (!participant) return null;
    return own.find((one) => one.participant === place)?.archiveTurn ?? archiveTurnOf(participant);
  };
  const [archive] = await Promise.all([
    waking.length > 0 ? wakeMembers(chat, head, waking, move.set.lastMessageAt ?? head.createdAt) : null,
    movesRows && activityAt !== undefined ? moveRows(chat, head, activityAt, turnOf) : null,
    ...steps.map((step) => chat.heads.putReadStep(head.id, step)),
    markMentions(chat, head, marks),
  ]);
  return chat.heads.move(archive ? { ...move, set: { ...move.set, archive } } : move);
}

/** Who comes with this move has come: who joins later gets a row as late as the head by then. */
async function moveRows(
  chat: Chat,
  head: Head | GuessedHead,
  activityAt: number,
  turnOf: (userId: string) => number | null,
): Promise<void> {
  const members = head.group ? await chat.members.list(head.id, "strong") : null;
  const ids = members ? members.map(({ userId }) => userId) : head.participants.map(({ id }) => id);
  if (ids.length <= MAX_ROWS) {
    await inParallel(ids, ROWS_AT_ONCE, (id) => chat.inbox.moveUp(id, head.id, activityAt, turnOf(id)));
    return;
  }
  const tasks: Task[] = [];
  for (let at = 0; at < ids.length; at += MAX_ROWS) {
    const userIds = ids.slice(at, at + MAX_ROWS);
    tasks.push({ type: "move_rows", conversationId: head.id, activityAt, userIds });
  }
  await chat.queue.sendAll(tasks);
}
