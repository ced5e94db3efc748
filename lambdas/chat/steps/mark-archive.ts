import type { Chat } from "../chat.ts";
import { archiveMarksOf, markedFor } from "../model/group-archive.ts";
import { isArchived } from "../model/own-settings.ts";
import type { Head, MemberRecord } from "../model/records.ts";
import { remember } from "./participate.ts";

const MAX_TRIES = 50;

/**
 * Lets the head of a group know that a member has it in the archive, after their item says so: a sender who has looked
 * at the items before cannot move the head any more. Answers with the head as it stands.
 */
export async function markArchive(chat: Chat, remembered: Head, member: MemberRecord): Promise<Head> {
  let head = remembered;
  if (!isArchived(member)) return head;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const moved = await chat.heads.move({
      conversationId: head.id,
      expect: { readSeqs: [], archiveMarks: archiveMarksOf(head) },
      set: { positions: [], archive: markedFor(head, member) },
    });
    head = moved.head;
    remember(chat, head);
    if (moved.type === "moved") return head;
    await chat.clock.pause(chat.random.fraction() * Math.min(100, 2 ** tries));
  }
  throw new Error(`The archive was marked by others ${MAX_TRIES} times in a row.`);
}
