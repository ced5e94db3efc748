import type { Caller, Chat } from "../chat.ts";
import { discloses, isSmall } from "../model/disclosure.ts";
import type { Head, UserRecord } from "../model/records.ts";
import { iso } from "../model/times.ts";
import { FORGET, fanOut } from "./fan-out.ts";
import { loadAudience } from "./load-audience.ts";
import { noticeStray } from "./notice-stray.ts";

/** Tells everybody how far the caller has read, or their own other devices alone where the others are not to know. */
export async function tellReading(
  chat: Chat,
  caller: Caller,
  head: Head,
  readSeq: number,
  readAt: number,
): Promise<void> {
  const tellsAll = discloses(head, chat.rules) && isSmall(head);
  const users: ReadonlyMap<string, UserRecord> = tellsAll
    ? (await loadAudience(chat, head, "eventual")).users
    : await chat.users.getMany([caller.userId], "eventual");
  await noticeStray(chat, caller, users.get(caller.userId), "eventual");
  const event = {
    type: "messages_read",
    conversationId: head.id,
    userId: caller.userId,
    readSeq,
    readAt: iso(readAt),
  } as const;
  await fanOut(
    chat,
    [...users.values()],
    (_user, { id }) => (id === caller.connectionId ? null : event),
    FORGET,
  );
}
