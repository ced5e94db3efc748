import type { Chat } from "./chat.ts";
import type { OpenChat } from "./open-chat.ts";
import { nameOf, oneLine, readableConversation, readableMessage, readablePresence } from "./text.ts";

/** What a command works on. */
export interface Session {
  readonly chat: Chat;
  readonly open: OpenChat | null;
  readonly print: (text: string) => void;
  readonly enter: (userId: string) => Promise<void>;
  readonly quit: () => void;
}

interface Command {
  readonly name: string;
  readonly usage: string;
  run(session: Session, words: readonly string[]): Promise<void> | void;
}

const NONE_OPEN = "No conversation is open: /open USER first, or /list.";
const PAGE = 50;

export const COMMANDS: readonly Command[] = [
  {
    name: "list",
    usage: "/list            your conversations, ● who is online; /list more: further ones",
    run: async ({ chat, print }, [more]) => {
      const { conversations } = chat.client;
      if (more === "more") await conversations.loadMore();
      const { items, hasMore, error } = conversations.get();
      for (const item of items) print(readableConversation(item));
      if (items.length === 0) print("None yet: /open USER begins one.");
      if (hasMore) print("/list more shows further ones.");
      if (error) print(`The list may be out of date: ${error.message}`);
    },
  },
  {
    name: "open",
    usage: "/open USER       opens the conversation with a user, by id",
    run: (session, [userId]) => {
      if (userId === undefined) return session.print("/open needs the id of a user.");
      return session.enter(userId);
    },
  },
  {
    name: "history",
    usage: "/history [N]     the last N messages (50), older ones loaded as far as needed",
    run: async ({ chat, open, print }, [count = String(PAGE)]) => {
      if (!open) return print(NONE_OPEN);
      const wanted = Number(count);
      if (!Number.isInteger(wanted) || wanted < 1)
        return print(`/history needs a number, not "${oneLine(count)}".`);
      const { messages } = open.conversation;
      for (let known = -1; known !== messages.get().items.length;) {
        known = messages.get().items.length;
        if (known < wanted && messages.get().hasOlder) await messages.loadOlder();
      }
      const { items, error } = messages.get();
      for (const message of items.slice(-wanted)) print(readableMessage(message, chat.userId));
      if (items.length < wanted && error) print(`Older messages could not be loaded: ${error.message}`);
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
    usage: "/quit            ends; so does Ctrl-D. What was not sent goes out at the next start",
    run: ({ quit }) => quit(),
  },
];

export const commandNamed = (name: string): Command | undefined =>
  COMMANDS.find((command) => command.name === name);
