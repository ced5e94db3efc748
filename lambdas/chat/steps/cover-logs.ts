import type { Chat } from "../chat.ts";
import type { Head } from "../model/records.ts";
import { advanceHead } from "./advance-head.ts";
import { showChanges } from "./show-changes.ts";

const STEP = 100;

/** The head once it covers both of its logs, whoever died before they were shown. `head` was read strongly. */
export async function coverLogs(chat: Chat, head: Head): Promise<Head> {
  let covered = head;
  const [last] = await chat.messages.listBefore(head.id, null, 1, "strong");
  if (last && last.seq > head.lastSeq) ({ head: covered } = await advanceHead(chat, head, last));
  for (;;) {
    const missing = await chat.changes.listAfter(head.id, covered.lastRev, STEP);
    if (missing.length === 0) return covered;
    ({ head: covered } = await showChanges(chat, covered, missing));
  }
}
