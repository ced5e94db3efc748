import type { Conversation, Message } from "../../../lambdas/protocol/objects.ts";
import type { OpenConversation } from "../conversations/conversation.ts";
import { background, pause, randomId } from "../environment.ts";
import type { ChatEvent } from "../events.ts";
import type { GroupActs } from "../groups.ts";
import type { Asked } from "../offered.ts";
import type { Archive } from "./archive.ts";
import type { ChatError } from "../chat-error.ts";
import type { Changes } from "./changes.ts";
import { newest } from "./load-list.ts";
import { loadPages } from "./load-pages.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

const PAGE = 100;
/** All members hear of a change at once: they ask what the group is now within so long. */
const SPREAD_MS = 1_000;

/** Groups: their making, what they say of themselves, and who is in them. */
export class Groups {
  readonly #parts: OnDemandParts;
  readonly #changes: Changes;
  readonly #archive: Archive;
  /** Where the members after those that are loaded begin, of the conversations whose members are loaded. */
  readonly #cursors = new Map<string, string | null>();
  readonly #asking = new Set<string>();
  readonly #described = new Set<string>();
  /** What is offered of it. */
  readonly acts: Pick<Asked, "createGroup" | "loadMembers" | keyof GroupActs> = {
    /** The answer may be lost: it is asked for once more, and gives the same group. @throws ChatError */
    createGroup: async (group) => {
      const body = { clientConversationId: randomId(), ...group, kind: "group" };
      const ask = () => this.#parts.http.call("POST /api/conversations", { body });
      const { conversation } = await ask().catch((cause: unknown) => {
        if ((cause as ChatError).code !== "NETWORK") throw cause;
        return ask();
      });
      this.#parts.list.put(conversation);
      return this.#parts.conversation(conversation.id);
    },

    addMembers: async (conversationId, userIds) => {
      const { added } = await this.#parts.http.call("POST /api/conversations/{conversationId}/members", {
        path: { conversationId },
        body: { userIds },
      });
      this.#changed(conversationId);
      return added;
    },

    removeMember: async (conversationId, userId) => {
      await this.#parts.http.call("DELETE /api/conversations/{conversationId}/members", {
        path: { conversationId },
        query: { userId },
      });
      if (userId === this.#parts.myId()) this.removed({ type: "conversation_removed", conversationId });
      else this.#changed(conversationId);
    },

    leave: (conversationId) => this.acts.removeMember(conversationId, this.#parts.myId() ?? ""),

    setRole: async (conversationId, userId, role) => {
      await this.#parts.http.call("PUT /api/conversations/{conversationId}/members/role", {
        path: { conversationId },
        body: { userId, role },
      });
      this.#changed(conversationId);
    },

    setDetails: async (conversationId, { title, avatarUrl, metadata }) => {
      const { conversation } = await this.#parts.http.call("PATCH /api/conversations/{conversationId}", {
        path: { conversationId },
        body: { title, avatarUrl, metadata },
      });
      this.#describe(conversationId, conversation);
    },

    /** What goes wrong is shown. */
    loadMembers: async (conversationId) => {
      const { hasMore, loading } = this.#parts.conversation(conversationId).members.get();
      if (hasMore && !loading) await this.#loadMembers(conversationId, true).catch(() => undefined);
    },
  };

  constructor(parts: OnDemandParts, changes: Changes, archive: Archive) {
    this.#parts = parts;
    this.#changes = changes;
    this.#archive = archive;
    parts.list.store.subscribe(() => {
      for (const item of parts.list.store.get().items) if (item.firstSeq > 1) this.#begins(item);
    });
    // What happened while there was no connection is heard of by nobody.
    parts.connection.state.subscribe(() => {
      if (!parts.connection.isOnline) return;
      for (const id of this.#cursors.keys()) background(this.#loadMembers(id, false), parts.environment);
    });
  }

  /** A conversation of the caller's is there, or its settings are others. */
  listed(event: Extract<ChatEvent, { readonly type: "conversation_added" | "settings_changed" }>): void {
    const { list, events } = this.#parts;
    const conversation = event.conversation;
    const { details } = this.#parts.conversation(conversation.id);
    const listed = list.find(conversation.id);
    const isKnown = event.type === "conversation_added" ? listed : isAlike(details.get(), conversation);
    if (isKnown) return;
    const next = listed ? { ...listed, ...settingsOf(conversation) } : conversation;
    details.set(next);
    list.put(next);
    this.#archive.put(next);
    events.tell(event);
    // A page of the list that was read before, and comes after this, knows nothing of it.
    list.refreshSoon();
  }

  /** Let into a group anew one sees nothing of before, whether or not anybody has spoken since. */
  #begins({ id, firstSeq, lastSeq, lastRev }: Conversation): void {
    const { history, learned } = this.#parts.conversation(id);
    const [first] = [...history.log.messages, ...history.log.held];
    if (!first || first.seq >= firstSeq) return;
    history.log.reset();
    learned();
    history.heardOf(lastSeq, lastRev);
  }

  /** The caller is not in it any more: of what was kept of it nothing stays. */
  removed(event: Extract<ChatEvent, { readonly type: "conversation_removed" }>): void {
    const { list, events, storage, environment } = this.#parts;
    const { conversationId } = event;
    const isNews = list.find(conversationId) !== undefined;
    this.#cursors.delete(conversationId);
    list.remove(conversationId);
    list.refreshSoon();
    background(storage.delete(`log/${conversationId}`), environment);
    if (isNews) events.tell(event);
  }

  /** A message that may tell of a change of the group, and tells how far its sender has read. */
  heardOf(one: OpenConversation, message: Message): void {
    this.heardRead(one, message.sender.id, message.seq);
    if (message.type === "system") this.#changed(one.id);
  }

  heardRead(one: OpenConversation, userId: string, seq: number): void {
    const { items } = one.members.get();
    if (!items.some(({ id, readSeq }) => id === userId && readSeq < seq)) return;
    const next = items.map((member) => (member.id === userId ? { ...member, readSeq: seq } : member));
    one.members.merge({ items: next });
  }

  /** The list may not reach so far: then nothing has told yet what the conversation is. */
  async describeUnlisted(conversationId: string): Promise<void> {
    if (this.#parts.list.find(conversationId) || this.#described.has(conversationId)) return;
    this.#described.add(conversationId);
    await this.#details(conversationId).catch(() => undefined);
  }

  /** Asks what a conversation is by now. @throws ChatError */
  async #details(conversationId: string): Promise<void> {
    const path = { conversationId };
    this.#describe(
      conversationId,
      (await this.#parts.http.call("GET /api/conversations/{conversationId}", { path })).conversation,
    );
  }

  #describe(conversationId: string, conversation: Conversation): void {
    // A server that does not have the route may answer anything.
    if (conversation?.id !== conversationId) return;
    const one = this.#parts.conversation(conversationId);
    const { lastMessage, lastMessageAt, unreadCount, mentionCount, lastSeq, readSeq, lastRev } = newest(
      one.details.get(),
      conversation,
    );
    const numbers = { lastMessage, lastMessageAt, unreadCount, mentionCount, lastSeq, readSeq, lastRev };
    one.change(this.#changes.withSettings({ ...conversation, ...numbers }));
    this.#begins(conversation);
  }

  #changed(conversationId: string): void {
    if (this.#asking.has(conversationId)) return;
    this.#asking.add(conversationId);
    const { environment } = this.#parts;
    const ask = async (): Promise<void> => {
      await pause(environment.random() * SPREAD_MS);
      this.#asking.delete(conversationId);
      await this.#details(conversationId);
      if (this.#cursors.has(conversationId)) await this.#loadMembers(conversationId, false);
    };
    background(ask(), environment);
  }

  /** The next of them, or all that are shown anew. */
  async #loadMembers(conversationId: string, isMore: boolean): Promise<void> {
    const { http, people } = this.#parts;
    const from = (isMore && this.#cursors.get(conversationId)) || null;
    const { members } = this.#parts.conversation(conversationId);
    const cursor = await loadPages(members, from, async (cursor) => {
      const { members, nextCursor } = await http.call("GET /api/conversations/{conversationId}/members", {
        path: { conversationId },
        query: { limit: PAGE, cursor },
      });
      for (const member of members) people.saw(member);
      return { items: members, nextCursor };
    });
    this.#cursors.set(conversationId, cursor);
  }
}

const isAlike = (one: Conversation, other: Conversation): boolean =>
  JSON.stringify(settingsOf(one)) === JSON.stringify(settingsOf(other));

const settingsOf = ({ pinned, archived, mutedUntil }: Conversation) => ({ pinned, archived, mutedUntil });
