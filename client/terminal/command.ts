import type { ConversationHandle } from "../index.ts";
import type { Chat } from "./chat.ts";
import type { OpenChat } from "./open-chat.ts";
import type { Screen } from "./screen.ts";

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
