import type { Message } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { toMessage, toUser, userIn } from "../model/views.ts";
import type { Changed } from "./append-change.ts";
import { loadReadTimes } from "./load-read-times.ts";
import { noticeStray } from "./notice-stray.ts";
import { tellParticipants } from "./tell-participants.ts";

/** Tells everybody of a change that is shown, but whoever has it in their ack; answers with the message. */
export async function tellChange(
  chat: Chat,
  caller: Caller,
  { isNew, head, message: changed }: Changed,
): Promise<Message> {
  const ids = head.participants.map(({ id }) => id);
  const consistency = isNew ? "strong" : "eventual";
  // Read after the change was stored: whoever connects meanwhile either is pushed to or finds it by `sync`.
  const [users, readAtOf] = await Promise.all([
    chat.users.getMany(ids, consistency),
    loadReadTimes(chat, head, [changed]),
  ]);
  await noticeStray(chat, caller, users.get(caller.userId), consistency);
  const message = toMessage(changed, toUser(userIn(users, changed.senderId)), readAtOf(changed));
  if (!isNew) return message;
  const showsInList = changed.seq === head.lastSeq || changed.pinnedAt !== null;
  await tellParticipants(chat, caller, head, users, {
    event: { type: "message_changed", message },
    showsInList,
  });
  return message;
}
