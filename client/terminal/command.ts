import { ChatError } from "../index.ts";
import type { ConversationHandle } from "../index.ts";
import type { Chat } from "./chat.ts";
import type { OpenChat } from "./open-chat.ts";
import type { Screen } from "./screen.ts";
import { oneLine } from "./text.ts";

/** What a command works on. */
export interface Session {
  readonly chat: Chat;
  readonly open: OpenChat | null;
  readonly screen: Screen;
  readonly print: (text: string) => void;
  /** Opens the conversation with a user, or the group of this id or title. */
  readonly enter: (name: string) => Promise<void>;
  readonly show: (conversation: ConversationHandle) => void;
  readonly quit: () => void;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  /** @param text what follows the name, as it was written */
  run(session: Session, words: readonly string[], text: string): Promise<void> | void;
}

export const NONE_OPEN = "No conversation is open: /open USER first, or /list.";

/** Says why the server did not do it. @throws what is no refusal */
export async function tried(act: () => Promise<unknown>, { print }: Session): Promise<void> {
  try {
    await act();
  } catch (cause) {
    if (!(cause instanceof ChatError)) throw cause;
    print(`That was not done: ${oneLine(cause.message)}`);
  }
}
