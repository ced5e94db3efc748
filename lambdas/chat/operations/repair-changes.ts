import type { Chat } from "../chat.ts";
import { showChanges } from "../steps/show-changes.ts";

/** So many changes are looked at at once. */
const STEP = 100;

/**
 * Changes were stored: what one that made them has not shown, because it died, is shown; and what edits said is
 * taken out of them, since their messages have it and may lose it again.
 */
export async function repairChanges(
  chat: Chat,
  conversationId: string,
  from: number,
  upTo: number,
): Promise<void> {
  let head = await chat.heads.get(conversationId, "strong");
  if (!head) return;
  while (head.lastRev < upTo) {
    const missing = await chat.changes.listAfter(conversationId, head.lastRev, STEP);
    if (missing.length === 0) return;
    ({ head } = await showChanges(chat, head, missing));
  }
  for (let after = from - 1; after < upTo;) {
    const changes = await chat.changes.listAfter(conversationId, after, Math.min(STEP, upTo - after));
    const edits = changes.filter(({ change }) => change.type === "edit" && change.said !== null);
    await Promise.all(edits.map(({ rev }) => chat.changes.empty(conversationId, rev)));
    after = changes.at(-1)?.rev ?? upTo;
  }
}
