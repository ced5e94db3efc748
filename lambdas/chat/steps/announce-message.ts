import type { Message, User } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { allOf } from "../in-parallel.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { recordedAmong } from "../model/system-user.ts";
import { toMessage, toQuote, toUser, userIn } from "../model/views.ts";
import { advanceHead } from "./advance-head.ts";
import type { Happening } from "./leave-to-worker.ts";
import { audienceAsOf, loadAudience } from "./load-audience.ts";
import type { Audience } from "./load-audience.ts";
import { noticeStray } from "./notice-stray.ts";
import { tellOutside, tellParticipants, tellRoom } from "./tell-participants.ts";
import { endTypingBySending } from "./tell-typing.ts";

/**
 * Tells those in the room of a pair beside the move of the head: nothing in the event depends on it, and nobody can
 * have been removed. All else waits for the head, the ack included.
 */
export async function announce(
  chat: Chat,
  caller: Caller,
  hint: Head,
  stored: MessageRecord,
  quoted: MessageRecord | null,
): Promise<Message> {
  // First what the first push waits for.
  const loading = loadAudience(chat, hint, "strong");
  const advancing = advanceHead(chat, hint, stored);
  if (hint.group) {
    const [{ head }, loaded] = await allOf([advancing, loading]);
    return broadcast(chat, caller, head, stored, await audienceAsOf(chat, head, loaded, "strong"), quoted);
  }
  const presenting = loading.then((audience) => present(chat, caller, stored, audience, null, quoted));
  const tellingRoom = allOf([loading, presenting]).then(([audience, message]) =>
    allOf([
      tellRoom(chat, caller, hint, audience, happeningOf(message)),
      endTypingBySending(chat, stored.senderId, hint, audience.users),
    ]),
  );
  const tellingOthers = allOf([advancing, loading, presenting]).then(([{ head }, audience, message]) =>
    tellOutside(chat, caller, head, audience, happeningOf(message)),
  );
  const [message] = await allOf([presenting, tellingRoom, tellingOthers]);
  return message;
}

/** Tells everybody, once the head says how the conversation stands. */
export async function broadcast(
  chat: Chat,
  caller: Caller,
  head: Head,
  stored: MessageRecord,
  audience: Audience,
  quoted: MessageRecord | null,
): Promise<Message> {
  const message = await present(chat, caller, stored, audience, null, quoted);
  const told = tellParticipants(chat, caller, head, audience, happeningOf(message));
  await allOf([told, endTypingBySending(chat, stored.senderId, head, audience.users)]);
  return message;
}

const happeningOf = (message: Message): Happening => ({
  event: { type: "new_message", message },
  showsInList: true,
});

/**
 * What is shown of it. Whoever has left is not among those who are told, though what they wrote is shown; a connection
 * that asked and does not stand on its user is noticed.
 */
export async function present(
  chat: Chat,
  caller: Caller,
  stored: MessageRecord,
  audience: Audience | null,
  readAt: number | null,
  quoted: MessageRecord | null,
): Promise<Message> {
  const ids = recordedAmong([stored, quoted].flatMap((one) => one?.senderId ?? []));
  const missing = ids.filter((id) => !audience?.users.has(id));
  const read = missing.length > 0 ? await chat.users.getMany(missing, "strong") : null;
  const users = new Map([...(audience?.users ?? []), ...(read ?? [])]);
  await noticeStray(chat, caller, users.get(caller.userId), "strong");
  const sender = ({ senderId }: MessageRecord): User => toUser(userIn(users, senderId));
  return toMessage(stored, sender(stored), readAt, quoted && toQuote(quoted, sender(quoted)));
}
