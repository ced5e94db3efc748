import type { ChatMessage, ConversationHandle } from "../index.ts";
import { nameOf, oneLine, readableMessage } from "./text.ts";
import { Transcript } from "./transcript.ts";

/** Who looks at it, and where it is shown. */
export interface Viewer {
  readonly userId: string;
  print(text: string): void;
  prompt(text: string): void;
}

/** The conversation that is on the screen: its messages as they come, and what becomes of one's own. */
export class OpenChat {
  readonly conversation: ConversationHandle;
  readonly #viewer: Viewer;
  readonly #stops: (() => void)[] = [];
  readonly #pending = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #sentHere = new Set<string>();
  #readUpTo = 0;

  constructor(conversation: ConversationHandle, history: number, viewer: Viewer) {
    this.conversation = conversation;
    this.#viewer = viewer;
    this.#stops.push(conversation.open());
    const { messages, typing, details } = conversation;
    this.#stops.push(messages.subscribe(() => this.#look()));
    this.#stops.push(typing.subscribe(() => this.prompt()));
    const { lastSeq } = details.get();
    const transcript = new Transcript(conversation, Math.max(0, lastSeq - history), (message) =>
      this.#told(message),
    );
    this.#stops.push(transcript.start());
    this.#look();
    this.prompt();
  }

  get name(): string {
    return nameOf(this.conversation.details.get().otherParticipant ?? { id: "", displayName: "" });
  }

  /** Refused messages by the numbers under which they were shown. */
  get failed(): readonly string[] {
    return [...this.#failed];
  }

  send(content: string): void {
    const { key, state } = this.conversation.send({ content });
    if (state === "pending") this.#pending.add(key);
    this.#look();
  }

  prompt(): void {
    const typing = this.conversation.typing.get();
    this.#viewer.prompt(typing.length > 0 ? `${typing.map(nameOf).join(", ")} is typing… ` : `${this.name}`);
  }

  /** Tells what of one's own still waits: the network is down. */
  tellPending(): void {
    for (const { state, content } of this.conversation.messages.get().items) {
      if (state === "pending") this.#viewer.print(`  … pending: ${oneLine(content)}`);
    }
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #told(message: ChatMessage): void {
    this.#sentHere.add(message.key);
    if (this.#pending.delete(message.key)) this.#viewer.print(`  ✓ sent: ${oneLine(message.content)}`);
    else this.#viewer.print(readableMessage(message, this.#viewer.userId));
    this.conversation.markRead(message.seq).catch(() => undefined);
  }

  #look(): void {
    for (const { key, state, content, error, seq, readAt, sender } of this.conversation.messages.get()
      .items) {
      if (state === "failed" && !this.#failed.has(key)) {
        this.#failed.add(key);
        this.#pending.delete(key);
        const why = oneLine(error?.message ?? "");
        this.#viewer.print(`  ✗ not sent (/retry or /discard): ${oneLine(content).slice(0, 60)} (${why})`);
      }
      if (state !== "failed") this.#failed.delete(key);
      if (!readAt || seq <= this.#readUpTo || sender.id !== this.#viewer.userId) continue;
      this.#readUpTo = seq;
      if (this.#sentHere.has(key)) this.#viewer.print(`  ✓✓ read: ${oneLine(content)}`);
    }
  }
}
