import type { Chat } from "../chat.ts";
import type { Renaming } from "../duty-ports.ts";
import { changeThatErases, namesUser, renamed } from "../model/erasure.ts";
import type { MessagesKept } from "../model/erasure.ts";
import type { MessageRecord } from "../model/records.ts";
import { appendChanges } from "./append-changes.ts";
import { tellChanges } from "./tell-changes.ts";

/** Whoever changes a message at the same moment brings the name back: it is taken out again. */
const MAX_TRIES = 20;

/**
 * Takes the user out of those of these messages that name them, each by a change of its own, so that everybody's
 * client hears of it as of any change. Done again it finds nothing. Answers how many there were.
 */
export async function eraseMessages(
  chat: Chat,
  conversationId: string,
  found: readonly MessageRecord[],
  { userId, alias }: Renaming,
  kept: MessagesKept,
): Promise<number> {
  const naming = found.filter((message) => namesUser(message, userId));
  let pending = naming;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (pending.length === 0) return naming.length;
    const head = await chat.heads.get(conversationId, "strong");
    if (!head) throw new Error(`Conversation ${conversationId} has no head.`);
    const changes = pending.map((message) => ({
      message: renamed(message, userId, alias),
      change: changeThatErases(message, userId, kept),
    }));
    const shown = await appendChanges(chat, head, changes, alias);
    await tellChanges(chat, shown.head, shown.messages);
    pending = shown.messages.filter((message) => namesUser(message, userId));
  }
  throw new Error(`Messages were changed by others ${MAX_TRIES} times in a row.`);
}
