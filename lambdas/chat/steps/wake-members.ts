import type { Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import { archiveMarksOf, isWokenBy, nextTurn, wakesAtFor } from "../model/group-archive.ts";
import { archiveTurnOf } from "../model/own-settings.ts";
import type { ArchiveMark, Head, MessageRecord } from "../model/records.ts";

const MEMBERS_AT_ONCE = 50;

/**
 * Takes a group out of the archives that these messages take it out of, before the head passes them. The row first:
 * one who dies in between leaves an item that still says so, and whoever passes the messages does it again.
 * Answers with what the head is to know by then; it moves only where nobody has archived the group meanwhile.
 */
export async function wakeMembers(
  chat: Chat,
  head: Pick<Head, "id" | "archive">,
  messages: readonly MessageRecord[],
  activityAt: number,
): Promise<ArchiveMark> {
  const members = await chat.members.list(head.id, "strong");
  const woken = members.filter((member) => isWokenBy(member, messages));
  await inParallel(woken, MEMBERS_AT_ONCE, async (member) => {
    const archiveTurn = nextTurn(member);
    await chat.inbox.moveUp(member.userId, head.id, activityAt, archiveTurn);
    await chat.members.set(head.id, member.userId, { archiveTurn }, archiveTurnOf(member));
  });
  const rest = members.filter((member) => !woken.includes(member));
  return { marks: archiveMarksOf(head), wakesAt: wakesAtFor(rest) };
}
