import type { ChatClient, ChatMessage, ConversationHandle, Presence } from "../index.ts";
import { MessageChanges } from "./message-changes.ts";
import type { Screen } from "./screen.ts";
import {
  beginning,
  dayOf,
  nameOf,
  nameOfConversation,
  oneLine,
  readableMessage,
  readablePresence,
} from "./text.ts";
import { Transcript } from "./transcript.ts";

/** The conversation that is on the screen: its messages as they come, and what becomes of one's own. */
export class OpenChat {
  readonly conversation: ConversationHandle;
  readonly #screen: Screen;
  readonly #client: ChatClient;
  readonly #userId: string;
  readonly #otherId: string;
  readonly #stops: (() => void)[] = [];
  readonly #pending = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #sentHere = new Set<string>();
  #readUpTo = 0;
  #firstShown = Infinity;
  #day = "";
  #said = "";

  /** @param history how many earlier messages are shown */
  constructor(
    conversation: ConversationHandle,
    history: number,
    client: ChatClient,
    userId: string,
    screen: Screen,
  ) {
    this.conversation = conversation;
    this.#client = client;
    this.#userId = userId;
    this.#screen = screen;
    this.#otherId = conversation.details.get().otherParticipant?.id ?? "";
    this.#stops.push(conversation.open());
    const { messages, typing, details } = conversation;
    this.#stops.push(messages.subscribe(() => this.#look()));
    for (const store of [typing, client.presence(this.#otherId === "" ? [] : [this.#otherId])])
      this.#stops.push(store.subscribe(() => this.#lookAtOther()));
    const { lastSeq } = details.get();
    const transcript = new Transcript(conversation, Math.max(0, lastSeq - history), (message) =>
      this.#told(message),
    );
    this.#stops.push(transcript.start());
    const changes = new MessageChanges(conversation, (line) => screen.print(`  ${screen.style.dim(line)}`));
    this.#stops.push(changes.start());
    // Their names, for what system messages tell.
    if (details.get().kind === "group") conversation.members.loadMore().catch(() => undefined);
    this.#look();
    this.#lookAtOther();
  }

  get name(): string {
    return nameOfConversation(this.conversation.details.get());
  }

  get presence(): Presence | undefined {
    return this.#client.presence([this.#otherId]).get().get(this.#otherId);
  }

  /** What waits to be sent. */
  get pending(): readonly ChatMessage[] {
    return this.conversation.messages.get().items.filter(({ state }) => state === "pending");
  }

  /** Whether the last message is one's own, and was read. */
  get isRead(): boolean {
    const last = this.conversation.messages.get().items.at(-1);
    return last?.sender.id === this.#userId && last.readAt !== null;
  }

  /** Refused messages by their keys. */
  get failed(): readonly string[] {
    return [...this.#failed];
  }

  /** The latest text of one's own that the server has. */
  get myLast(): ChatMessage | undefined {
    return this.conversation.messages
      .get()
      .items.findLast(
        ({ state, type, sender, deletedAt }) =>
          state === "sent" && type === "text" && sender.id === this.#userId && deletedAt === null,
      );
  }

  /** A message that the server has, as far as it is loaded. */
  sentMessage(wanted: number): ChatMessage | undefined {
    return this.conversation.messages
      .get()
      .items.find(({ state, seq }) => state === "sent" && seq === wanted);
  }

  send(content: string, replyToSeq?: number): void {
    const { key, state } = this.conversation.send({
      content,
      ...(replyToSeq === undefined ? {} : { replyToSeq }),
    });
    if (state === "pending") this.#pending.add(key);
    this.#look();
  }

  /** Tells what of one's own still waits: the network is down. */
  tellPending(): void {
    for (const { content } of this.pending)
      this.#screen.print(`  ${this.#screen.style.marks.pending} pending: ${oneLine(content)}`);
  }

  /** Shows the newest messages again, so many of them. */
  async showLast(count: number): Promise<void> {
    await this.#load(count, Infinity);
    const { items } = this.conversation.messages.get();
    this.#show(items.slice(-count));
    if (items.length < count) this.#tellError();
  }

  /** Shows so many messages before those that have been shown. */
  async showOlder(count: number): Promise<void> {
    const before = this.#firstShown;
    await this.#load(count, before);
    const older = this.#sentBefore(before);
    this.#show(older.slice(-count));
    if (older.length >= count) return;
    if (this.conversation.messages.get().hasOlder) this.#tellError();
    else this.#screen.print("  This is where the conversation begins.");
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #sentBefore(seq: number): readonly ChatMessage[] {
    return this.conversation.messages.get().items.filter((item) => item.state === "sent" && item.seq < seq);
  }

  /** Until there are so many before a seq, or no more can be had. */
  async #load(count: number, before: number): Promise<void> {
    const { messages } = this.conversation;
    for (let known = -1; known !== this.#sentBefore(before).length;) {
      known = this.#sentBefore(before).length;
      if (known < count && messages.get().hasOlder) await messages.loadOlder();
    }
  }

  #tellError(): void {
    const { error } = this.conversation.messages.get();
    if (error) this.#screen.print(`  Older messages could not be loaded: ${error.message}`);
  }

  #show(messages: readonly ChatMessage[]): void {
    this.#day = "";
    for (const message of messages) this.#print(message);
  }

  #told(message: ChatMessage): void {
    const { content, key, seq } = message;
    this.#sentHere.add(key);
    const wasPending = this.#pending.delete(key);
    if (wasPending && !this.#screen.isLive)
      this.#screen.print(`  ${this.#screen.style.marks.sent} sent: ${oneLine(content)} #${seq}`);
    else this.#print(message);
    this.conversation.markRead(seq).catch(() => undefined);
  }

  #print(message: ChatMessage): void {
    const { createdAt, seq, state } = message;
    const { style } = this.#screen;
    const day = dayOf(createdAt);
    if (day !== this.#day) this.#screen.print(style.dim(`${style.marks.rule} ${day} ${style.marks.rule}`));
    this.#day = day;
    if (state === "sent") this.#firstShown = Math.min(this.#firstShown, seq);
    const nameOfUser = (id: string): string => this.#nameOfUser(id, message);
    this.#screen.print(readableMessage(message, this.#userId, style, this.#screen.columns(), nameOfUser));
  }

  /** The id where nothing else is known. */
  #nameOfUser(userId: string, { sender }: ChatMessage): string {
    if (userId === this.#userId) return "you";
    const { members } = this.conversation;
    const found = [sender, ...members.get().items].find(({ id }) => id === userId);
    return found ? nameOf(found) : userId;
  }

  #look(): void {
    const { marks, failure } = this.#screen.style;
    for (const { key, state, content, error, seq, readAt, sender } of this.conversation.messages.get()
      .items) {
      if (state === "failed" && !this.#failed.has(key)) {
        this.#failed.add(key);
        this.#pending.delete(key);
        const why = oneLine(error?.message ?? "");
        const sentence = `${marks.failed} not sent (/retry or /discard): ${beginning(content)} (${why})`;
        this.#screen.print(`  ${failure(sentence)}`);
      }
      if (state !== "failed") this.#failed.delete(key);
      if (!readAt || seq <= this.#readUpTo || sender.id !== this.#userId) continue;
      this.#readUpTo = seq;
      if (!this.#screen.isLive && this.#sentHere.has(key))
        this.#screen.print(`  ${marks.read} read: ${oneLine(content)}`);
    }
    this.#screen.refresh();
  }

  /** Without a footer, what the other one does is told when it changes. */
  #lookAtOther(): void {
    if (this.#screen.isLive) return this.#screen.refresh();
    const typing = this.conversation.typing.get();
    const isTyping =
      typing.length > 0
        ? `${typing.map(nameOf).join(", ")} is typing${this.#screen.style.marks.pending}`
        : "";
    const said = isTyping || (this.presence ? readablePresence(this.name, this.presence) : "");
    if (said !== "" && said !== this.#said) this.#screen.print(`  ${said}`);
    this.#said = said;
  }
}
