import type { Chat } from "./chat.ts";
import { commandNamed, COMMANDS } from "./commands.ts";
import type { Session } from "./commands.ts";
import { findConversation } from "./find-conversation.ts";
import { OpenChat } from "./open-chat.ts";
import type { Options } from "./options.ts";
import { Screen } from "./screen.ts";
import { nameOf, oneLine } from "./text.ts";

interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** A conversation by lines: what begins with `/` is a command, all else is sent. Resolves with the exit code. */
export async function runSession(
  chat: Chat,
  options: Options,
  { input, output }: Streams,
  signal: AbortSignal,
): Promise<number> {
  const { client } = chat;
  let open: OpenChat | null = null;
  let work: Promise<void> = Promise.resolve();
  const screen = new Screen(
    input,
    output,
    {
      line: (line) => {
        // One after the other: a line that follows /open goes to whom it opened.
        work = work.then(() => take(line)).catch((cause: unknown) => screen.print(String(cause)));
      },
      typing: (on) => open?.conversation.setTyping(on),
    },
    signal,
  );
  const viewer = {
    userId: chat.userId,
    print: (text: string) => screen.print(text),
    prompt: (text: string) => screen.prompt(text),
  };
  const session: Session = {
    chat,
    print: viewer.print,
    get open() {
      return open;
    },
    enter: async (userId) => {
      const found = await findConversation(client, userId);
      if (found.type === "offline") return screen.print(offlineSentence(chat));
      if (found.type === "refused") return screen.print(found.message);
      open?.close();
      open = new OpenChat(found.conversation, options.history, viewer);
    },
    quit: () => screen.close(),
  };

  async function take(line: string): Promise<void> {
    if (line.trim() === "") return;
    if (line.startsWith("/") && !line.startsWith("//")) {
      const [name = "", ...rest] = line.slice(1).trim().split(/\s+/);
      const command = commandNamed(name);
      if (command) await command.run(session, rest);
      else
        screen.print(
          `There is no command /${oneLine(name)}: /help lists them. To send such a line, begin it with //.`,
        );
      return;
    }
    if (!open) return screen.print("Nobody to send it to: /open USER first, or /list.");
    open.send(line.replace(/^\/\//, "/"));
    if (client.connection.get().state !== "online") open.tellPending();
  }

  const stops = [
    watchConnection(chat, session),
    client.on("conversation_updated", ({ conversationId, lastMessage }) => {
      if (conversationId === open?.conversation.id || !lastMessage || lastMessage.sender.id === chat.userId)
        return;
      const { sender, content } = lastMessage;
      screen.print(
        `  ${nameOf(sender)} writes elsewhere: ${oneLine(content).slice(0, 60)} (/open ${oneLine(sender.id)})`,
      );
    }),
  ];
  screen.print(`You are ${oneLine(chat.userId)}. /help lists the ${COMMANDS.length} commands.`);
  if (options.withUser !== null) await session.enter(options.withUser);
  else screen.prompt("");
  await screen.closed();
  await work;
  for (const stop of stops) stop();
  (open as OpenChat | null)?.close();
  return 0;
}

/** Says when the connection is lost, and when it is back. */
function watchConnection(chat: Chat, { print }: Session): () => void {
  const { connection } = chat.client;
  let told: "online" | "offline" | null = null;
  const look = (): void => {
    const { state } = connection.get();
    if (state === "online" && told !== "online") {
      print(told === "offline" ? "  Online again." : "  Online.");
      told = "online";
    } else if (state === "offline" && told !== "offline") {
      print(`  ${offlineSentence(chat)}`);
      told = "offline";
    }
  };
  look();
  return connection.subscribe(look);
}

const offlineSentence = (chat: Chat): string =>
  `Offline: what you write is kept and goes out later. ${oneLine(chat.tokenFailure() ?? "")}`.trim();
