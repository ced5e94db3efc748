import type { Chat } from "../chat.ts";
import type { ChangeRecord, Head, MessageChange, MessageRecord } from "../model/records.ts";
import { showChanges } from "./show-changes.ts";

const MAX_TAIL = 100;

/**
 * Appends a change to each of these messages and shows them in one move of the head. `messages` are written as they
 * are given, with their change, where nobody has changed them meanwhile; otherwise as they stand, with their change:
 * the answer says how. `head` was read strongly.
 */
export async function appendChanges(
  chat: Chat,
  head: Head,
  messages: readonly { readonly message: MessageRecord; readonly change: MessageChange }[],
  userId: string,
): Promise<{ readonly head: Head; readonly messages: readonly MessageRecord[] }> {
  const attemptId = Buffer.from(chat.random.bytes(9)).toString("base64url");
  const log: ChangeRecord[] = [...(await chat.changes.listAfter(head.id, head.lastRev, MAX_TAIL))];
  for (const { message, change } of messages) {
    for (;;) {
      const record: ChangeRecord = {
        conversationId: head.id,
        rev: (log.at(-1)?.rev ?? head.lastRev) + 1,
        seq: message.seq,
        userId,
        change,
        attemptId,
        at: chat.clock.now(),
      };
      const put = await chat.changes.put(record);
      const filled = put.type === "stored" ? record : put.by;
      log.push(filled);
      if (filled.attemptId === attemptId) break;
    }
  }
  const shown = await showChanges(
    chat,
    head,
    log,
    messages.map(({ message }) => message),
  );
  return { head: shown.head, messages: messages.map(({ message }) => shown.messages.get(message.seq)!) };
}
