import type { Message } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import type { MessageRecord } from "../model/records.ts";
import { toMessage, toQuote, toUser, userIn } from "../model/views.ts";
import type { Changed } from "./append-change.ts";
import { loadQuotes } from "./load-quotes.ts";
import { loadReadTimes } from "./load-read-times.ts";
import { noticeStray } from "./notice-stray.ts";
import { tellParticipants } from "./tell-participants.ts";

/** Tells everybody of a change that is shown, but whoever has it in their ack; answers with the message. */
export async function tellChange(
  chat: Chat,
  caller: Caller,
  { isNew, head, message: changed, changesMentions }: Changed,
): Promise<Message> {
  const ids = head.participants.map(({ id }) => id);
  const consistency = isNew ? "strong" : "eventual";
  // Read after the change was stored: whoever connects meanwhile either is pushed to or finds it by `sync`.
  const [users, readAtOf, quoteOf] = await Promise.all([
    chat.users.getMany(ids, consistency),
    loadReadTimes(chat, head, [changed]),
    loadQuotes(chat, head.id, [changed]),
  ]);
  await noticeStray(chat, caller, users.get(caller.userId), consistency);
  const sender = ({ senderId }: MessageRecord) => toUser(userIn(users, senderId));
  const quoted = quoteOf(changed);
  const quote = quoted && toQuote(quoted, sender(quoted));
  const message = toMessage(changed, sender(changed), readAtOf(changed), quote);
  if (!isNew) return message;
  const showsInList = changed.seq === head.lastSeq || changed.pinnedAt !== null || changesMentions;
  await tellParticipants(chat, caller, head, users, {
    event: { type: "message_changed", message },
    showsInList,
  });
  return message;
}
