import type { Chat } from "../chat.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { loadAudience } from "./load-audience.ts";
import { presentMessages } from "./present-messages.ts";
import { tellParticipants } from "./tell-participants.ts";

/** Tells whoever is there of many changes at once, which no connection has asked for. Others find them by `sync`. */
export async function tellChanges(chat: Chat, head: Head, changed: readonly MessageRecord[]): Promise<void> {
  const audience = await loadAudience(chat, head, "strong");
  if (![...audience.users.values()].some(({ connections }) => connections.length > 0)) return;
  for (const message of await presentMessages(chat, head, changed)) {
    const showsInList = message.seq === head.lastSeq || message.pinnedAt !== null;
    await tellParticipants(chat, { connectionId: null, userId: message.sender.id }, head, audience, {
      event: { type: "message_changed", message },
      showsInList,
    });
  }
}
