import type { ChatMessage, ConversationHandle } from "../index.ts";
import { oneLine, reactionsOf } from "./text.ts";

/** Tells what becomes of messages after they were loaded: a line for each change. */
export class MessageChanges {
  readonly #conversation: ConversationHandle;
  readonly #tell: (line: string) => void;
  readonly #known = new Map<number, ChatMessage>();

  constructor(conversation: ConversationHandle, tell: (line: string) => void) {
    this.#conversation = conversation;
    this.#tell = tell;
  }

  /** Begins, until the function returned is called. */
  start(): () => void {
    const { messages } = this.#conversation;
    const stop = messages.subscribe(() => this.#look());
    this.#look();
    return stop;
  }

  #look(): void {
    for (const message of this.#conversation.messages.get().items) {
      if (message.state !== "sent") continue;
      const before = this.#known.get(message.seq);
      if (before === message) continue;
      this.#known.set(message.seq, message);
      if (before) for (const line of changesOf(before, message)) this.#tell(line);
    }
  }
}

function changesOf(before: ChatMessage, now: ChatMessage): string[] {
  const which = `#${now.seq}`;
  // With its text goes all it bore.
  if (now.deletedAt !== null) return before.deletedAt === null ? [`deleted ${which}`] : [];
  const lines: string[] = [];
  if (now.content !== before.content) lines.push(`changed ${which}: ${oneLine(now.content)}`);
  const reactions = reactionsOf(now);
  if (reactions !== reactionsOf(before)) lines.push(`reactions ${which}: ${reactions || "none"}`);
  const isPinned = now.pinnedAt !== null;
  if (isPinned !== (before.pinnedAt !== null)) lines.push(`${isPinned ? "pinned" : "unpinned"} ${which}`);
  return lines;
}
