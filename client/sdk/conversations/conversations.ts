import type { Message } from "../../../lambdas/protocol/objects.ts";
import type { EventsFrame } from "../../../lambdas/protocol/server-frames.ts";
import type { Socket } from "../connection/socket.ts";
import { background } from "../environment.ts";
import { ChatError } from "../chat-error.ts";
import type { Entry } from "../outbox/entry.ts";
import type { ConversationParts } from "./conversation-parts.ts";
import { OpenConversation } from "./conversation.ts";
import { ReadPosition } from "./read-position.ts";

/** Rooms a connection may be in; those opened last are. */
const MAX_ROOMS = 10;

/** The conversations of a client, and the events that concern them: each is told once. */
export class Conversations {
  readonly #parts: ConversationParts;
  readonly #all = new Map<string, OpenConversation>();
  /** In the order in which they were opened. */
  readonly #open = new Set<OpenConversation>();

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    parts.list.store.subscribe(() => this.#listChanged());
  }

  get(id: string): OpenConversation {
    const known =
      this.#all.get(id) ??
      new OpenConversation(id, this.#parts, (isOpen) => this.#openChanged(this.get(id), isOpen));
    this.#all.set(id, known);
    return known;
  }

  /** Read positions that were not yet told when the client was last used. */
  async restore(): Promise<void> {
    const { storage, environment } = this.#parts;
    for (const key of await storage.keys()) {
      if (!key.startsWith(ReadPosition.prefix)) continue;
      background(this.get(key.slice(ReadPosition.prefix.length)).read.restore(), environment);
    }
  }

  /** Joins on a socket that has just opened, and catches up. */
  async enter(socket: Socket): Promise<void> {
    await Promise.all([...this.#open].map((one) => one.enter(socket, this.#rooms.includes(one))));
  }

  outboxChanged(id: string): void {
    this.#all.get(id)?.learned();
  }

  /** What was to be sent is done with: it became `message`, or that bears the change; or it was refused or taken back. */
  settled(entry: Entry, message?: Message): void {
    if (message && entry.change) this.get(message.conversationId).changed(message);
    else if (message) this.#sent(message);
    const { refusal } = entry;
    const error = refusal && new ChatError(refusal.code, refusal.message);
    this.#parts.onDemand.loaded?.changes.settled(entry, error);
  }

  take(frame: EventsFrame): void {
    const { onDemand, environment } = this.#parts;
    if (onDemand.loaded) onDemand.loaded.take(frame);
    else
      background(
        onDemand.load().then((loaded) => loaded.take(frame)),
        environment,
      );
  }

  forget(): void {
    background(this.close(), this.#parts.environment);
    this.#all.clear();
    this.#open.clear();
    this.#parts.onDemand.loaded?.forget();
    this.#parts.list.store.set({ items: [], hasMore: false, loading: false, error: null });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((one) => one.close()));
  }

  /** The server has one of ours: it read the conversation up to it. */
  #sent(message: Message): void {
    const one = this.get(message.conversationId);
    const isLate = message.seq < one.details.get().lastSeq;
    one.history.log.markRead(message.sender.id, message.seq, message.createdAt, true);
    one.receive(message);
    this.#parts.list.saw(message, { readSeq: message.seq, unreadCount: 0 });
    if (isLate) one.read.refresh();
  }

  get #rooms(): readonly OpenConversation[] {
    return [...this.#open].slice(-MAX_ROOMS);
  }

  #openChanged(one: OpenConversation, isOpen: boolean): void {
    if (!isOpen) return void this.#open.delete(one);
    const rooms = this.#rooms;
    this.#open.add(one);
    const { connection, environment } = this.#parts;
    if (rooms.length === MAX_ROOMS) {
      connection.say("leave_conversation", { conversationId: rooms[0]!.id });
    }
    for (const socket of connection.sockets) background(one.enter(socket, true), environment);
  }

  #listChanged(): void {
    for (const item of this.#parts.list.store.get().items) this.#all.get(item.id)?.details.set(item);
  }
}
