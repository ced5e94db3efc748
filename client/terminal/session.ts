import type { ReadStream, WriteStream } from "node:tty";
import { LOBBY } from "../local/lobby.ts";
import type { Chat } from "./chat.ts";
import { commandNamed, completeLine } from "./commands.ts";
import type { Session } from "./command.ts";
import { findConversation } from "./find-conversation.ts";
import { footerOf } from "./footer.ts";
import { LiveScreen } from "./live-screen.ts";
import { OpenChat } from "./open-chat.ts";
import type { Options } from "./options.ts";
import { plainScreen } from "./screen.ts";
import type { Screen, ScreenHandlers } from "./screen.ts";
import { styleFor } from "./style.ts";
import { beginning, nameOf, oneLine } from "./text.ts";

interface Streams {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

/** A conversation by lines: what begins with `/` is a command, all else is sent. Resolves with the exit code. */
export async function runSession(
  chat: Chat,
  options: Options,
  streams: Streams,
  signal: AbortSignal,
): Promise<number> {
  const { client } = chat;
  let open: OpenChat | null = null;
  /** Whom to talk to as soon as the server can be asked for the conversation. */
  let wanted: string | null = null;
  let work: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): void => {
    // One after the other: a line that follows /open goes to whom it opened.
    work = work.then(task).catch((cause: unknown) => screen.print(oneLine(String(cause))));
  };
  const screen: Screen = screenFor(streams, signal, {
    line: (line) => inTurn(() => take(line)),
    typing: (on) => open?.conversation.setTyping(on),
    complete: (line) => completeLine(line, client),
    footer: (columns, style) => footerOf(chat, open, style, columns),
  });
  const session: Session = {
    chat,
    screen,
    print: (text) => screen.print(text),
    get open() {
      return open;
    },
    enter: async (userId) => {
      wanted = null;
      const found = await findConversation(client, userId);
      if (found.type === "offline") {
        wanted = userId;
        return screen.print(`The conversation with ${oneLine(userId)} opens once the server can be reached.`);
      }
      if (found.type === "refused") return screen.print(found.message);
      session.show(found.conversation);
    },
    show: (conversation) => {
      wanted = null;
      open?.close();
      open = new OpenChat(conversation, options.history, client, chat.userId, screen);
      screen.refresh();
    },
    quit: () => screen.close(),
  };

  async function take(line: string): Promise<void> {
    if (line.trim() === "") return;
    if (line.startsWith("/") && !line.startsWith("//")) {
      if (screen.isLive) screen.print(screen.style.dim(`> ${oneLine(line)}`));
      const [, name = "", text = ""] = /^(\S*)\s*([\s\S]*)$/.exec(line.slice(1).trim()) ?? [];
      const command = commandNamed(name);
      if (command) return command.run(session, text.split(/\s+/).filter(Boolean), text);
      return screen.print(
        `There is no command /${oneLine(name)}: /help lists them. To send such a line, begin it with //.`,
      );
    }
    if (!open)
      return screen.print(`Nobody to send it to: /open USER first, or /list. It was: ${oneLine(line)}`);
    open.send(line.replace(/^\/\//, "/"));
    if (!screen.isLive && client.connection.get().state !== "online") open.tellPending();
  }

  const stops = [
    watchConnection(chat, screen, () => {
      const userId = wanted;
      if (userId !== null) inTurn(() => session.enter(userId));
    }),
    client.conversations.subscribe(() => screen.refresh()),
    client.on("conversation_updated", ({ conversationId, lastMessage }) => {
      if (conversationId === open?.conversation.id || !lastMessage || lastMessage.sender.id === chat.userId)
        return;
      const { sender, content, type } = lastMessage;
      if (type === "system") return;
      const { title } = client.conversation(conversationId).details.get();
      const [where, name] = title === null ? ["elsewhere", sender.id] : [`in ${oneLine(title)}`, title];
      screen.print(`  ${nameOf(sender)} writes ${where}: ${beginning(content)} (/open ${oneLine(name)})`);
    }),
    client.on("conversation_added", ({ conversation: { id, title } }) => {
      if (title !== null && id !== open?.conversation.id)
        screen.print(`  You are in the group ${oneLine(title)} now (/open ${oneLine(title)})`);
    }),
    client.on("conversation_removed", ({ conversationId }) => {
      if (conversationId !== open?.conversation.id) return;
      screen.print(`  You are no longer in ${open.name}.`);
      open.close();
      open = null;
      screen.refresh();
    }),
  ];
  screen.print(`You are ${oneLine(chat.userId)}. /help lists the commands.`);
  if (chat.joinLobby && options.withUser === null)
    screen.print(`/join brings you into the group ${LOBBY}, where everybody of this machine can be.`);
  if (options.withUser !== null) inTurn(() => session.enter(options.withUser ?? ""));
  await screen.closed();
  // A pipe that has ended may have left commands that are not done; who leaves a terminal waits for nothing.
  if (!screen.isLive) await work;
  for (const stop of stops) stop();
  if (open) leave(open, screen, options);
  return 0;
}

function screenFor({ input, output }: Streams, signal: AbortSignal, handlers: ScreenHandlers): Screen {
  const { env } = process;
  const canMove = input.isTTY && output.isTTY && env["TERM"] !== "dumb";
  // A colour depth of 1 is none: NO_COLOR, or a terminal that has none.
  const style = styleFor(env, canMove && output.getColorDepth() > 1);
  return canMove
    ? new LiveScreen(input, output, style, handlers, signal)
    : plainScreen(input, output, style, handlers, signal);
}

function leave(open: OpenChat, screen: Screen, { dataFolder }: Options): void {
  const count = open.pending.length;
  open.close();
  if (count === 0) return;
  screen.print(
    `${count} not sent yet: ${dataFolder === null ? "lost" : "kept, and sent at the next start"}.`,
  );
}

/** Says when the connection is lost, and when it is back. */
function watchConnection(chat: Chat, screen: Screen, online: () => void): () => void {
  const { connection } = chat.client;
  let told: "online" | "offline" | null = null;
  const look = (): void => {
    const { state } = connection.get();
    if (state === "online" && told !== "online") {
      // A footer says so all the time.
      if (told === "offline" || !screen.isLive)
        screen.print(told === "offline" ? "  Online again." : "  Online.");
      told = "online";
      online();
    } else if (state === "offline" && told !== "offline") {
      const why = oneLine(chat.tokenFailure() ?? "");
      screen.print(`  Offline: what you write is kept and goes out later. ${why}`.trimEnd());
      told = "offline";
    }
    screen.refresh();
  };
  look();
  return connection.subscribe(look);
}
