import type { ChatClient } from "../index.ts";
import type { Command } from "./command.ts";
import { NONE_OPEN } from "./command.ts";
import { GROUP_COMMANDS } from "./group-commands.ts";
import { MESSAGE_COMMANDS } from "./message-commands.ts";
import { OWN_COMMANDS } from "./own-commands.ts";
import { nameOf, oneLine, readableConversation, readablePresence } from "./text.ts";

const PAGE = 50;
const MORE = 20;

const COMMANDS: readonly Command[] = [
  {
    name: "list",
    usage: "/list            your conversations, ● who is online; /list more: further ones",
    run: async ({ chat, print, screen }, [more]) => {
      const { conversations } = chat.client;
      if (more === "more") await conversations.loadMore();
      const { items, hasMore, error } = conversations.get();
      for (const item of items) print(readableConversation(item, screen.style));
      if (items.length === 0) print("None yet: /open USER begins one.");
      if (hasMore) print("/list more shows further ones.");
      if (error) print(`The list may be out of date: ${error.message}`);
    },
  },
  {
    name: "open",
    usage: "/open USER       opens the conversation with a user, by id, or a group, by its title",
    run: (session, _words, name) => {
      if (name === "") return session.print("/open needs the id of a user, or the title of a group.");
      return session.enter(name);
    },
  },
  {
    name: "history",
    usage: "/history [N]     the last N messages (50), older ones loaded as far as needed",
    run: async ({ open, print }, [count = String(PAGE)]) => {
      if (!open) return print(NONE_OPEN);
      const wanted = Number(count);
      if (!Number.isInteger(wanted) || wanted < 1)
        return print(`/history needs a number, not "${oneLine(count)}".`);
      await open.showLast(wanted);
    },
  },
  {
    name: "more",
    usage: "/more            older messages, before those that have been shown",
    run: async ({ open, print }) => {
      if (!open) return print(NONE_OPEN);
      await open.showOlder(MORE);
    },
  },
  {
    name: "who",
    usage: "/who [USER]      whether somebody is online, or was last seen",
    run: async ({ chat, open, print }, [userId]) => {
      const id = userId ?? open?.conversation.details.get().otherParticipant?.id;
      if (id === undefined) return print(NONE_OPEN);
      try {
        const user = await chat.client.findUser(id);
        if (!user) return print(`There is no user "${oneLine(id)}".`);
        print(readablePresence(nameOf(user), user.online === null ? undefined : user));
      } catch (cause) {
        print(`That could not be looked up: ${(cause as Error).message}`);
      }
    },
  },
  ...MESSAGE_COMMANDS,
  ...GROUP_COMMANDS,
  ...OWN_COMMANDS,
  {
    name: "pending",
    usage: "/pending         what waits to be sent",
    run: ({ open, print }) => {
      if (!open) return print(NONE_OPEN);
      open.tellPending();
    },
  },
  {
    name: "retry",
    usage: "/retry           sends again what was refused",
    run: ({ open, print }) => {
      if (!open) return print(NONE_OPEN);
      for (const key of open.failed) open.conversation.retry(key);
    },
  },
  {
    name: "discard",
    usage: "/discard         takes back what was refused",
    run: ({ open, print }) => {
      if (!open) return print(NONE_OPEN);
      for (const key of open.failed) open.conversation.discard(key);
    },
  },
  {
    name: "help",
    usage: "/help            this list; any other line is sent, //… as /…",
    run: ({ print }) => {
      for (const { usage } of COMMANDS) print(usage);
    },
  },
  {
    name: "quit",
    usage: "/quit            ends; so do Ctrl-D and Ctrl-C. What was not sent goes out at the next start",
    run: ({ quit }) => quit(),
  },
];

export const commandNamed = (name: string): Command | undefined =>
  COMMANDS.find((command) => command.name === name);

/** A command's name, or the id of somebody one talks to or a group's title, as far as only one is meant; null: none, or several. */
export function completeLine(line: string, { conversations }: ChatClient): string | null {
  const known = line.includes(" ")
    ? conversations
        .get()
        .items.flatMap(({ otherParticipant, title }) =>
          otherParticipant
            ? [`/open ${otherParticipant.id}`, `/who ${otherParticipant.id}`]
            : [`/open ${oneLine(title ?? "")}`],
        )
    : COMMANDS.map(({ name }) => `/${name} `);
  const meant = known.filter((one) => line.startsWith("/") && one.startsWith(line));
  return meant.length === 1 ? (meant[0] ?? null) : null;
}
