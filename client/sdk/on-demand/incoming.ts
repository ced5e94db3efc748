import { SYSTEM_USER_ID } from "../../../lambdas/protocol/system-user.ts";
import type { Message } from "../../../lambdas/protocol/objects.ts";
import type { EventsFrame } from "../../../lambdas/protocol/server-frames.ts";
import type { OpenConversation } from "../conversations/conversation.ts";
import { isMessage } from "../conversations/message-log.ts";
import type { ChatEvent } from "../events.ts";
import type { Groups } from "./groups.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

type Event<T extends ChatEvent["type"]> = Extract<ChatEvent, { readonly type: T }>;

/** The server's events. Each is told once: what comes again, or too late, changes nothing. */
export class Incoming {
  readonly #parts: OnDemandParts;
  readonly #groups: Groups;

  constructor(parts: OnDemandParts, groups: Groups) {
    this.#parts = parts;
    this.#groups = groups;
  }

  take(frame: EventsFrame): void {
    if (frame.type !== "batch") return this.#take(frame);
    for (const event of frame.events) {
      try {
        this.#take(event);
      } catch (cause) {
        // One that is not as we know it takes none of the others along.
        this.#parts.environment.logger.warn("failed", { cause });
      }
    }
  }

  #take(event: ChatEvent): void {
    switch (event.type) {
      case "new_message":
        if (this.#isSeen(event.message)) this.#newMessage(event.message);
        return;
      case "message_changed":
        if (this.#isSeen(event.message)) this.#conversation(event.message).changed(event.message);
        return;
      case "conversation_updated":
        return this.#updated(event);
      case "messages_read":
        return this.#messagesRead(event);
      case "user_typing":
      case "user_stopped_typing":
        if (this.#conversation(event).heardTyping(event.userId, event.type === "user_typing"))
          this.#tell(event);
        return;
      case "user_online":
      case "user_offline":
        return this.#presence(event);
      case "conversation_added":
      case "settings_changed":
        return this.#groups.listed(event);
      case "conversation_removed":
        return this.#groups.removed(event);
    }
  }

  /**
   * One that cannot be shown would be in the way of all others. Let into a group anew one sees nothing of before,
   * however late an event comes.
   */
  #isSeen(message: Message): boolean {
    return isMessage(message) && message.seq >= this.#conversation(message).history.first;
  }

  #newMessage(message: Message): void {
    const { list, myId } = this.#parts;
    const one = this.#conversation(message);
    const isNew = message.seq > (list.find(message.conversationId)?.lastSeq ?? 0);
    const { sender, seq, createdAt } = message;
    // Whoever writes has read what stands before; no event says so. The system reads nothing.
    if (sender.id !== SYSTEM_USER_ID) one.history.log.markRead(sender.id, seq, createdAt, true);
    one.receive(message);
    list.saw(message);
    if (isNew && message.sender.id !== myId()) one.read.refresh();
    this.#groups.heardOf(one, message);
  }

  #updated(event: Event<"conversation_updated">): void {
    const { conversationId, lastMessage, lastMessageAt, unreadCount, mentionCount, lastSeq, lastRev } = event;
    const { list } = this.#parts;
    const one = this.#conversation(event);
    const item = list.find(conversationId);
    const known = item ?? one.details.get();
    one.history.heardOf(lastSeq, lastRev);
    const isChange = lastSeq === known.lastSeq && lastRev > known.lastRev;
    if (lastSeq > known.lastSeq || isChange) {
      // What was read here meanwhile is read.
      const unread = known.readSeq >= lastSeq ? 0 : unreadCount;
      const next = {
        ...known,
        lastMessage,
        lastMessageAt,
        unreadCount: unread,
        mentionCount,
        lastSeq,
        lastRev: Math.max(lastRev, known.lastRev),
      };
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
    this.#groups.heardOf(one, lastMessage);
  }

  #messagesRead(event: Event<"messages_read">): void {
    const { conversationId, userId, readSeq, readAt } = event;
    const { list, myId } = this.#parts;
    const one = this.#conversation(event);
    if (!one.heardRead(userId, readSeq, readAt)) return;
    this.#groups.heardRead(one, userId, readSeq);
    const item = list.find(conversationId);
    if (item && userId === myId()) {
      if (readSeq > item.readSeq) list.put({ ...item, readSeq });
      one.read.refresh();
    } else if (
      item?.lastMessage &&
      item.otherParticipant?.id === userId &&
      item.lastMessage.seq <= readSeq &&
      item.lastMessage.sender.id !== userId
    ) {
      list.put({ ...item, lastMessage: { ...item.lastMessage, readAt } });
    }
    this.#tell(event);
  }

  #presence(event: Event<"user_online" | "user_offline">): void {
    const { people, list } = this.#parts;
    const { userId, version } = event;
    const online = event.type === "user_online";
    const known = people.presence(userId);
    // An answer may say offline at the version of an event that comes again: nothing was renewed in time.
    if (known && known.version >= version) return;
    const lastSeenAt = event.type === "user_offline" ? event.lastSeenAt : (known?.lastSeenAt ?? null);
    people.sawPresence(userId, { online, version, lastSeenAt });
    for (const item of list.store.get().items) {
      if (item.otherParticipant?.id !== userId) continue;
      list.put({ ...item, otherParticipant: { ...item.otherParticipant, online, version, lastSeenAt } });
    }
    this.#tell(event);
  }

  #conversation({ conversationId }: { readonly conversationId: string }): OpenConversation {
    return this.#parts.conversation(conversationId);
  }

  #tell(event: ChatEvent): void {
    this.#parts.events.tell(event);
  }
}
