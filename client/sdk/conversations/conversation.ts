import { OF_TWO } from "../../../lambdas/protocol/objects.ts";
import type { Conversation, Member, Message, User } from "../../../lambdas/protocol/objects.ts";
import type { Socket } from "../connection/socket.ts";
import { background, insist } from "../environment.ts";
import type { ConversationAct, OnDemand } from "../offered.ts";
import type { Change, MessageEdit } from "../outbox/change.ts";
import type { MessageToSend } from "../outbox/entry.ts";
import type { ConversationSettings, MembersState } from "../groups.ts";
import { askLater } from "../loader.ts";
import { notLoaded, Value } from "../store.ts";
import type { ChatMessage, ConversationHandle } from "./conversation-handle.ts";
import type { ConversationParts } from "./conversation-parts.ts";
import { History } from "./history.ts";
import { KeptMessages } from "./kept-messages.ts";
import { MessageView } from "./message-view.ts";
import { ReadPosition } from "./read-position.ts";
import { Room } from "./room.ts";
import { Typing } from "./typing.ts";

/** What only asks the server. */
const ASKED = "addMembers removeMember leave setRole setDetails pins reactions".split(
  " ",
) as ConversationAct[];

/** A conversation with everything that is known of it. */
export class OpenConversation implements ConversationHandle {
  readonly id: string;
  readonly details: Value<Conversation>;
  readonly messages: ConversationHandle["messages"];
  readonly typing: ConversationHandle["typing"];
  readonly members: Value<MembersState> & { loadMore(): Promise<void> };
  declare addMembers: ConversationHandle["addMembers"];
  declare removeMember: ConversationHandle["removeMember"];
  declare leave: ConversationHandle["leave"];
  declare setRole: ConversationHandle["setRole"];
  declare setDetails: ConversationHandle["setDetails"];
  declare pins: ConversationHandle["pins"];
  declare reactions: ConversationHandle["reactions"];
  readonly read: ReadPosition;
  readonly history: History;
  readonly #parts: ConversationParts;
  readonly #openChanged: (isOpen: boolean) => void;
  readonly #view: MessageView;
  readonly #typing: Typing;
  readonly #kept: KeptMessages;
  readonly #room: Room;
  /** Aborted when it is closed for good. */
  readonly #closing = new AbortController();
  #openings = 0;
  /** The listeners have heard of everything up to it; null: what is there was there before it was opened. */
  #toldSeq: number | null = null;

  /** `openChanged` is called when it was opened first, or closed last. */
  constructor(id: string, parts: ConversationParts, openChanged: (isOpen: boolean) => void) {
    const { signal } = this.#closing;
    this.id = id;
    this.#parts = parts;
    this.#openChanged = openChanged;
    this.details = new Value(parts.list.find(id) ?? unknownConversation(id, parts.people.user("")));
    this.#typing = new Typing((action) => parts.connection.say(action, { conversationId: id }));
    this.typing = this.#typing.others;
    this.members = notLoaded<Member>(askLater(parts.onDemand, "loadMembers", id));
    for (const name of ASKED) this[name] = askLater(parts.onDemand, name, id);
    this.history = new History(parts, this, signal);
    this.#room = new Room(id, parts, signal);
    this.#view = new MessageView(this.history, parts, id);
    this.#kept = new KeptMessages(parts.storage, parts.environment, id, this.history.log);
    this.read = new ReadPosition(parts, this);
    this.messages = { ...this.#view.store, loadOlder: this.history.loadOlder };
  }

  get isOpen(): boolean {
    return this.#openings > 0;
  }

  /** The highest seq known; null where nothing is. */
  get knownSeq(): number | null {
    const known = this.#lastSeq;
    return this.history.log.isLoaded || known > 0 ? known : null;
  }

  get #lastSeq(): number {
    return Math.max(this.history.log.lastSeq, this.details.get().lastSeq);
  }

  open(): () => void {
    this.#openings += 1;
    if (this.#openings === 1) {
      const { list, connection, environment } = this.#parts;
      // Offline it is the next join that tells what was there before.
      this.#toldSeq = connection.isOnline ? (list.find(this.id)?.lastSeq ?? null) : null;
      this.#room.stay();
      background(this.#restore(), environment);
      this.#openChanged(true);
    }
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#openings -= 1;
      if (this.#openings > 0) return;
      this.#typing.close();
      this.#room.leave(() => {
        this.history.log.forgetOld();
        this.learned();
      });
      this.#openChanged(false);
    };
  }

  send(message: MessageToSend): ChatMessage {
    this.#typing.endOwn(true);
    const { clientMessageId } = this.#parts.outbox.add(this.id, message);
    return this.#view.find(clientMessageId);
  }

  edit(seq: number, edit: MessageEdit): Promise<void> {
    return this.#change({ ...edit, kind: "edit", seq });
  }

  delete(seq: number): Promise<void> {
    return this.#change({ kind: "delete", seq });
  }

  react(seq: number, emoji: string, on: boolean): Promise<void> {
    return this.#change({ kind: "react", seq, emoji, on });
  }

  setSettings(settings: ConversationSettings): Promise<void> {
    return this.#change({ ...settings, kind: "settings", seq: 0 });
  }

  pin(seq: number, on: boolean): Promise<void> {
    return this.#change({ kind: "pin", seq, on });
  }

  markRead(seq = this.#lastSeq): Promise<void> {
    return this.read.moveTo(seq);
  }

  retry(clientMessageId: string): void {
    this.#parts.outbox.retry(clientMessageId);
  }

  discard(clientMessageId: string): void {
    this.#parts.outbox.discard(clientMessageId);
  }

  setTyping(on: boolean): void {
    this.#typing.setOwn(on);
  }

  /**
   * Joins the room, then catches up: what comes meanwhile comes by an event. Again and again, until it is done,
   * refused, or the socket is gone.
   */
  async enter(socket: Socket, isJoining: boolean): Promise<void> {
    const enter = async (): Promise<void> => {
      if (!this.isOpen) return;
      if (isJoining) await this.#join(socket);
      await this.history.catchUp();
    };
    await insist(enter, this.#parts.environment, socket.ended).catch((cause: unknown) =>
      this.history.failed(cause),
    );
  }

  receive(message: Message): void {
    if (!this.history.log.add(message)) this.history.heardOf(message.seq, 0);
    this.#parts.people.saw(message.sender);
    this.learned();
  }

  /** A message as of its latest change, whoever made it and however it got here. */
  changed(message: Message): void {
    const isNews = this.history.log.change(message);
    this.history.heardOf(message.seq, message.rev);
    this.#parts.list.changed(message);
    this.learned();
    if (isNews) this.#parts.events.tell({ type: "message_changed", message });
  }

  /** Tells whether that is news. */
  heardRead(userId: string, seq: number, readAt: string): boolean {
    const isNews = this.history.heardRead(userId, seq, readAt);
    this.learned();
    return isNews;
  }

  /** Tells whether that is news. */
  heardTyping(userId: string, isTyping: boolean): boolean {
    if (!isTyping) return this.#typing.stopped(userId);
    return this.isOpen && this.#typing.started(this.#parts.people.user(userId));
  }

  /** More is known, or what is on its way has changed: shows it, keeps it, tells of it. */
  readonly learned = (): void => {
    this.#view.render();
    this.#kept.keep();
    this.#tellNews();
  };

  caughtUp(): void {
    // Where it could not be joined: whatever comes from now on is news.
    this.#toldSeq ??= this.history.log.lastSeq;
    this.learned();
  }

  /** The list's item, or what stands in for it where the list does not reach so far. */
  change(change: Partial<Conversation>): void {
    const { list } = this.#parts;
    const listed = list.find(this.id);
    const item = { ...(listed ?? this.details.get()), ...change };
    this.details.set(item);
    if (listed) list.put(item);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#typing.close();
    this.read.close();
    await this.#kept.flush();
  }

  #change(change: Change): Promise<void> {
    const { onDemand } = this.#parts;
    const make = ({ changes }: OnDemand): Promise<void> => changes.make(this.id, change);
    // At once, in its order among the messages.
    const made = onDemand.loaded ? make(onDemand.loaded) : onDemand.load().then(make);
    // Whoever does not wait for it sees that it is undone.
    made.catch(() => undefined);
    return made;
  }

  async #restore(): Promise<void> {
    await this.#kept.restore();
    this.learned();
  }

  async #join(socket: Socket): Promise<void> {
    const known = this.details.get();
    const joined = await this.#room.join(socket);
    this.#toldSeq ??= joined.lastSeq;
    this.change({
      ...joined,
      lastSeq: Math.max(joined.lastSeq, known.lastSeq),
      readSeq: Math.max(joined.readSeq, known.readSeq),
    });
    const { list } = this.#parts;
    if (!list.find(this.id)) list.refreshSoon();
  }

  /** Each once, in their order, whatever the listeners do meanwhile. */
  #tellNews(): void {
    const { log } = this.history;
    for (let next; this.isOpen && this.#toldSeq !== null && (next = log.from(this.#toldSeq + 1));) {
      this.#toldSeq = next.seq;
      this.#typing.stopped(next.sender.id);
      this.#parts.events.tell({ type: "new_message", message: next });
    }
  }
}

/** Until the server has told: a conversation of which only the id is known. */
const unknownConversation = (id: string, nobody: User): Conversation => ({
  ...OF_TWO,
  id,
  otherParticipant: { ...nobody, online: false, lastSeenAt: null, version: 0 },
  lastMessage: null,
  lastMessageAt: null,
  unreadCount: 0,
  lastSeq: 0,
  readSeq: 0,
  lastRev: 0,
});
