import type { Message } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { quotingFrom } from "../model/quotes.ts";
import { recordedAmong } from "../model/system-user.ts";
import { toMessage, toQuote, toUser, userIn } from "../model/views.ts";
import { advanceHead } from "./advance-head.ts";
import type { Changed } from "./append-change.ts";
import { loadAudience } from "./load-audience.ts";
import { loadQuotes } from "./load-quotes.ts";
import { loadReadTimes } from "./load-read-times.ts";
import { noticeStray } from "./notice-stray.ts";
import { presentMessages } from "./present-messages.ts";
import { tellParticipants } from "./tell-participants.ts";

/**
 * Tells everybody of a change that is shown, but whoever has it in their ack; answers with the message as it is seen
 * by who sees nothing below `firstSeq`.
 */
export async function tellChange(
  chat: Chat,
  caller: Caller,
  { isNew, head: shown, message: changed, changesMentions }: Changed,
  firstSeq: number,
): Promise<Message> {
  if (!isNew && shown.group) {
    const [message] = await presentMessages(chat, shown, [changed], firstSeq);
    return message!;
  }
  const head = isNew ? await catchUp(chat, shown) : shown;
  const consistency = isNew ? "strong" : "eventual";
  // Read after the change was stored: whoever connects meanwhile either is pushed to or finds it by `sync`.
  const [audience, readAtOf, quoteOf] = await Promise.all([
    loadAudience(chat, head, consistency),
    loadReadTimes(chat, head, [changed]),
    loadQuotes(chat, head.id, [changed]),
  ]);
  const quoted = quoteOf(changed);
  const senders = recordedAmong([changed, quoted].flatMap((one) => one?.senderId ?? []));
  const missing = senders.filter((id) => !audience.users.has(id));
  const gone = missing.length > 0 ? await chat.users.getMany(missing, "eventual") : [];
  const users = new Map([...audience.users, ...gone]);
  // One removed meanwhile is not among them: their record alone can tell.
  await noticeStray(chat, caller, audience.users.get(caller.userId), head.group ? "eventual" : consistency);
  const sender = ({ senderId }: MessageRecord) => toUser(userIn(users, senderId));
  const quote = quoted && toQuote(quoted, sender(quoted));
  const message = toMessage(changed, sender(changed), readAtOf(changed), quote);
  if (!isNew) return quotingFrom(firstSeq, message);
  const showsInList = changed.seq === head.lastSeq || changed.pinnedAt !== null || changesMentions;
  await tellParticipants(chat, caller, head, audience, {
    event: { type: "message_changed", message },
    showsInList,
  });
  return quotingFrom(firstSeq, message);
}

/**
 * A change has no place among the messages: whoever was removed in the log before it was stored is not to hear of it,
 * also where the head does not say so yet.
 */
async function catchUp(chat: Chat, head: Head): Promise<Head> {
  if (!head.group) return head;
  const [last] = await chat.messages.listBefore(head.id, null, 1, "strong");
  return last && last.seq > head.lastSeq ? (await advanceHead(chat, head, last)).head : head;
}
