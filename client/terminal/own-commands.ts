import type { ChatMessage, ConversationSettings } from "../index.ts";
import type { Command, Session } from "./command.ts";
import { NONE_OPEN, tried } from "./command.ts";
import { nameOf, oneLine, readableConversation, readableMessage } from "./text.ts";

/** For so long one who mutes hears nothing: until they say otherwise. */
const FOR_GOOD = "9999-12-31T00:00:00.000Z";

/** Not awaited: offline it waits in the outbox, and the commands after it shall not. */
function set({ open, print }: Session, settings: ConversationSettings, done: string): void {
  if (!open) return print(NONE_OPEN);
  open.conversation.setSettings(settings).then(
    () => print(`  ${open.name} ${done}.`),
    (cause: unknown) => print(`  ${open.name} stays as it was: ${oneLine((cause as Error).message)}`),
  );
}

/** What one keeps to oneself: mute, archive, blocks; and what is pinned. */
export const OWN_COMMANDS: readonly Command[] = [
  {
    name: "mute",
    usage: "/mute            mutes the conversation; again ends that",
    run: (session) => {
      const isMuted = (session.open?.conversation.details.get().mutedUntil ?? null) !== null;
      set(session, { mutedUntil: isMuted ? null : FOR_GOOD }, isMuted ? "is muted no more" : "is muted");
    },
  },
  {
    name: "archive",
    usage:
      "/archive         puts the conversation away; again takes it out. /archive list: what was put away",
    run: async (session, [word]) => {
      const { chat, open, print, screen } = session;
      if (word !== "list") {
        const archived = open?.conversation.details.get().archived === true;
        return set(session, { archived: !archived }, archived ? "is listed again" : "is archived");
      }
      const { archived } = chat.client;
      if (archived.get().hasMore) await archived.loadMore();
      const { items, hasMore, error } = archived.get();
      for (const item of items) print(readableConversation(item, screen.style));
      if (items.length === 0 && !error) print("Nothing is archived.");
      if (hasMore) print("/archive list again shows more.");
      if (error) print(`The list may be out of date: ${oneLine(error.message)}`);
    },
  },
  {
    name: "block",
    usage:
      "/block [USER]    neither of you can write the other; again ends that. Alone: whom you have blocked",
    run: async (session, _words, userId) => {
      const { chat, print } = session;
      await tried(async () => {
        const blocked = await chat.client.blocks();
        if (userId === "") {
          for (const user of blocked) print(`  ${nameOf(user)} (${oneLine(user.id)})`);
          if (blocked.length === 0) print("You have blocked nobody.");
          return;
        }
        const isBlocked = blocked.some(({ id }) => id === userId);
        await (isBlocked ? chat.client.unblock(userId) : chat.client.block(userId));
        print(`${oneLine(userId)} is ${isBlocked ? "blocked no more" : "blocked"}.`);
      }, session);
    },
  },
  {
    name: "pins",
    usage: "/pins            the messages that are pinned",
    run: async (session) => {
      const { chat, open, print, screen } = session;
      if (!open) return print(NONE_OPEN);
      await tried(async () => {
        const told = await open.conversation.pins();
        // A pin that the server does not have yet is shown as all else that waits.
        const { items } = open.conversation.messages.get();
        const others = told.filter(({ seq }) => !items.some((item) => item.seq === seq));
        const pins: ChatMessage[] = [
          ...items.filter(({ pinnedAt }) => pinnedAt !== null),
          ...others.map((pin) => ({ ...pin, state: "sent" as const, key: pin.id })),
        ];
        if (pins.length === 0) print(`Nothing is pinned in ${open.name}.`);
        for (const pin of pins.toSorted((one, other) => one.seq - other.seq))
          print(readableMessage(pin, chat.userId, screen.style, screen.columns(), String));
      }, session);
    },
  },
];
