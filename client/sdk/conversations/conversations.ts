import type { Message } from "../../../lambdas/protocol/objects.ts";
import type { EventFrame } from "../../../lambdas/protocol/server-frames.ts";
import type { Socket } from "../connection/socket.ts";
import { background } from "../environment.ts";
import { ChatError } from "../chat-error.ts";
import type { Entry } from "../outbox/entry.ts";
import type { ConversationParts } from "./conversation-parts.ts";
import { OpenConversation } from "./conversation.ts";
import { isMessage } from "./message-log.ts";
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
    if (message && entry.change) this.#changed(message);
    else if (message) this.#sent(message);
    const { refusal } = entry;
    const error = refusal && new ChatError(refusal.code, refusal.message);
    this.#parts.onDemand.loaded?.changes.settled(entry, error);
  }

  take(event: EventFrame): void {
    switch (event.type) {
      case "new_message":
        return this.#newMessage(event.message);
      case "message_changed":
        return this.#changed(event.message);
      case "conversation_updated":
        return this.#updated(event);
      case "messages_read":
        return this.#messagesRead(event);
      case "user_typing":
      case "user_stopped_typing": {
        const isTyping = event.type === "user_typing";
        if (this.#all.get(event.conversationId)?.heardTyping(event.userId, isTyping)) this.#tell(event);
        return;
      }
      case "user_online":
      case "user_offline":
        return this.#presence(event);
    }
  }

  forget(): void {
    background(this.close(), this.#parts.environment);
    this.#all.clear();
    this.#open.clear();
    this.#parts.list.store.set({ items: [], hasMore: false, loading: false, error: null });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((one) => one.close()));
  }

  /** A message as of its latest change. */
  #changed(message: Message): void {
    if (isMessage(message)) this.get(message.conversationId).changed(message);
  }

  #newMessage(message: Message): void {
    // One that cannot be shown would be in the way of all others.
    if (!isMessage(message)) return;
    const one = this.get(message.conversationId);
    const isNew = message.seq > (this.#parts.list.find(message.conversationId)?.lastSeq ?? 0);
    one.receive(message);
    this.#parts.list.saw(message);
    if (isNew && message.sender.id !== this.#parts.myId()) one.read.refresh();
  }

  #updated(event: Extract<EventFrame, { type: "conversation_updated" }>): void {
    const { conversationId, lastMessage, lastMessageAt, unreadCount, lastSeq, lastRev } = event;
    const { list } = this.#parts;
    const one = this.get(conversationId);
    const item = list.find(conversationId);
    const known = item ?? one.details.get();
    one.history.heardOf(lastSeq, lastRev);
    const isChange = lastSeq === known.lastSeq && lastRev > known.lastRev;
    if (lastSeq > known.lastSeq || isChange) {
      // What was read here meanwhile is read.
      const unread = known.readSeq >= lastSeq ? 0 : unreadCount;
      const rev = Math.max(lastRev, known.lastRev);
      const next = { ...known, lastMessage, lastMessageAt, unreadCount: unread, lastSeq, lastRev: rev };
      if (item) list.put(next);
      else {
        // Of one that is not in the list yet nothing more is known.
        one.details.set(next);
        list.refreshSoon();
      }
    } else {
      // Crossed or doubled: which of the two counts is the later one only the server can tell.
      if (lastSeq === known.lastSeq && unreadCount !== known.unreadCount) one.read.refresh();
      return;
    }
    this.#tell(event);
  }

  #messagesRead(event: Extract<EventFrame, { type: "messages_read" }>): void {
    const { conversationId, userId, readSeq, readAt } = event;
    if (!this.get(conversationId).heardRead(userId, readSeq, readAt)) return;
    const item = this.#parts.list.find(conversationId);
    if (item && userId === this.#parts.myId()) {
      if (readSeq > item.readSeq) this.#parts.list.put({ ...item, readSeq });
      this.get(conversationId).read.refresh();
    } else if (
      item?.lastMessage &&
      item.lastMessage.seq <= readSeq &&
      item.lastMessage.sender.id !== userId
    ) {
      this.#parts.list.put({ ...item, lastMessage: { ...item.lastMessage, readAt } });
    }
    this.#tell(event);
  }

  #presence(event: Extract<EventFrame, { type: "user_online" | "user_offline" }>): void {
    const { userId, version } = event;
    const online = event.type === "user_online";
    const known = this.#parts.people.presence(userId);
    // An answer may say offline at the version of an event that comes again: nothing was renewed in time.
    if (known && known.version >= version) return;
    const lastSeenAt = event.type === "user_offline" ? event.lastSeenAt : (known?.lastSeenAt ?? null);
    this.#parts.people.sawPresence(userId, { online, version, lastSeenAt });
    for (const item of this.#parts.list.store.get().items) {
      if (item.otherParticipant.id !== userId) continue;
      const otherParticipant = { ...item.otherParticipant, online, version, lastSeenAt };
      this.#parts.list.put({ ...item, otherParticipant });
    }
    this.#tell(event);
  }

  /** The server has one of ours: it read the conversation up to it. */
  #sent(message: Message): void {
    const one = this.get(message.conversationId);
    const isLate = message.seq < one.details.get().lastSeq;
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

  #tell(event: EventFrame): void {
    this.#parts.events.tell(event);
  }
}
