import type { Conversation, Member, Message, Role, User } from "../../../lambdas/protocol/objects.ts";
import type { ConversationHandle } from "../conversations/conversation-handle.ts";
import type { OpenConversation } from "../conversations/conversation.ts";
import { background, pause, randomId } from "../environment.ts";
import type { ChatEvent } from "../events.ts";
import type { GroupActs, GroupDetails, GroupToMake } from "../groups.ts";
import type { Asked } from "../offered.ts";
import type { Archive } from "./archive.ts";
import type { ChatError } from "../chat-error.ts";
import type { Changes } from "./changes.ts";
import { newest } from "./load-list.ts";
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
  readonly acts: Pick<Asked, "createGroup" | "searchUsers" | "loadMembers" | keyof GroupActs> = {
    createGroup: (group) => this.#create(group),
    searchUsers: (text) => this.#search(text),
    addMembers: (id, userIds) => this.#addMembers(id, userIds),
    removeMember: (id, userId) => this.#removeMember(id, userId),
    leave: (id) => this.#removeMember(id, this.#parts.myId() ?? ""),
    setRole: (id, userId, role) => this.#setRole(id, userId, role),
    setDetails: (id, groupDetails) => this.#setDetails(id, groupDetails),
    loadMembers: (id) => this.#loadMore(id),
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
      for (const id of this.#cursors.keys())
        background(this.#loadMembers(parts.conversation(id), false), parts.environment);
    });
  }

  /** The answer may be lost: it is asked for once more, and gives the same group. @throws ChatError */
  async #create(group: GroupToMake): Promise<ConversationHandle> {
    const body = { clientConversationId: randomId(), ...group, kind: "group" };
    const ask = () => this.#parts.http.call("POST /api/conversations", { body });
    const { conversation } = await ask().catch((cause: unknown) => {
      if ((cause as ChatError).code !== "NETWORK") throw cause;
      return ask();
    });
    this.#parts.list.put(conversation);
    return this.#parts.conversation(conversation.id);
  }

  async #search(text: string): Promise<readonly User[]> {
    const { users } = await this.#parts.http.call("GET /api/users/search", { query: { handle: text } });
    for (const user of users) this.#parts.people.saw(user);
    return users;
  }

  async #addMembers(conversationId: string, userIds: readonly string[]): Promise<readonly string[]> {
    const { added } = await this.#parts.http.call("POST /api/conversations/{conversationId}/members", {
      path: { conversationId },
      body: { userIds },
    });
    this.#changed(this.#parts.conversation(conversationId));
    return added;
  }

  async #removeMember(conversationId: string, userId: string): Promise<void> {
    await this.#parts.http.call("DELETE /api/conversations/{conversationId}/members", {
      path: { conversationId },
      query: { userId },
    });
    if (userId === this.#parts.myId()) this.removed({ type: "conversation_removed", conversationId });
    else this.#changed(this.#parts.conversation(conversationId));
  }

  async #setRole(conversationId: string, userId: string, role: Role): Promise<void> {
    await this.#parts.http.call("PUT /api/conversations/{conversationId}/members/role", {
      path: { conversationId },
      body: { userId, role },
    });
    this.#changed(this.#parts.conversation(conversationId));
  }

  async #setDetails(conversationId: string, { title, avatarUrl, metadata }: GroupDetails): Promise<void> {
    const { conversation } = await this.#parts.http.call("PATCH /api/conversations/{conversationId}", {
      path: { conversationId },
      body: { title, avatarUrl, metadata },
    });
    this.#describe(this.#parts.conversation(conversationId), conversation);
  }

  /** What goes wrong is shown. */
  async #loadMore(conversationId: string): Promise<void> {
    const one = this.#parts.conversation(conversationId);
    const { hasMore, loading } = one.members.get();
    if (hasMore && !loading) await this.#loadMembers(one, true).catch(() => undefined);
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
    const one = this.#parts.conversation(id);
    const { log } = one.history;
    const first = log.messages[0] ?? log.held[0];
    if (!first || first.seq >= firstSeq) return;
    log.reset();
    one.learned();
    one.history.heardOf(lastSeq, lastRev);
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
    if (message.type === "system") this.#changed(one);
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
    await this.#details(this.#parts.conversation(conversationId)).catch(() => undefined);
  }

  /** Asks what a conversation is by now. @throws ChatError */
  async #details(one: OpenConversation): Promise<void> {
    const path = { conversationId: one.id };
    this.#describe(
      one,
      (await this.#parts.http.call("GET /api/conversations/{conversationId}", { path })).conversation,
    );
  }

  #describe(one: OpenConversation, conversation: Conversation): void {
    // A server that does not have the route may answer anything.
    if (conversation?.id !== one.id) return;
    const { lastMessage, lastMessageAt, unreadCount, mentionCount, lastSeq, readSeq, lastRev } = newest(
      one.details.get(),
      conversation,
    );
    const numbers = { lastMessage, lastMessageAt, unreadCount, mentionCount, lastSeq, readSeq, lastRev };
    one.change(this.#changes.withSettings({ ...conversation, ...numbers }));
    this.#begins(conversation);
  }

  #changed(one: OpenConversation): void {
    if (this.#asking.has(one.id)) return;
    this.#asking.add(one.id);
    const { environment } = this.#parts;
    const ask = async (): Promise<void> => {
      await pause(environment.random() * SPREAD_MS);
      this.#asking.delete(one.id);
      await this.#details(one);
      if (this.#cursors.has(one.id)) await this.#loadMembers(one, false);
    };
    background(ask(), environment);
  }

  /** The next of them, or all that are shown anew. */
  async #loadMembers(one: OpenConversation, isMore: boolean): Promise<void> {
    const store = one.members;
    store.merge({ loading: true });
    try {
      const before = isMore ? store.get().items : [];
      const count = isMore ? 1 : Math.max(1, store.get().items.length);
      let cursor = isMore ? (this.#cursors.get(one.id) ?? null) : null;
      const loaded: Member[] = [];
      do {
        const page = await this.#parts.http.call("GET /api/conversations/{conversationId}/members", {
          path: { conversationId: one.id },
          query: { limit: PAGE, cursor },
        });
        loaded.push(...page.members);
        cursor = page.nextCursor;
      } while (cursor !== null && loaded.length < count);
      for (const member of loaded) this.#parts.people.saw(member);
      this.#cursors.set(one.id, cursor);
      const items = [...new Map([...before, ...loaded].map((member) => [member.id, member])).values()];
      store.set({ items, hasMore: cursor !== null, loading: false, error: null });
    } catch (cause) {
      store.merge({ loading: false, error: cause as ChatError });
      throw cause;
    }
  }
}

const isAlike = (one: Conversation, other: Conversation): boolean =>
  JSON.stringify(settingsOf(one)) === JSON.stringify(settingsOf(other));

const settingsOf = ({ pinned, archived, mutedUntil }: Conversation) => ({ pinned, archived, mutedUntil });
