import type { ChatMessage } from "../../client/index.ts";
import type { ChangeRecord } from "../../lambdas/chat/model/records.ts";
import type { Conversation, Message } from "../../lambdas/protocol/objects.ts";
import { checkPresence } from "./check-presence.ts";
import { check } from "./check.ts";
import { Journal, LAG_MS, type ClientLife, type Intent, type Violation } from "./journal.ts";
import type { ConversationOutcome, Outcome } from "./outcome.ts";
import type { ClientState } from "./running-client.ts";
import { AS_WRITTEN, OF_TWO } from "../../lambdas/protocol/objects.ts";

export const CONVERSATION = "c";
const PEOPLE = ["ann", "bob"] as const;
const user = (id: string) => ({ id, name: id, displayName: id, avatarUrl: null });
export const timeOf = (seq: number): string => new Date(Date.UTC(2030, 0, 1) + seq * 1_000).toISOString();

/** Ann's odd messages and Bob's even ones; Bob has read what Ann had written before he did. */
export const message = (seq: number): Message => ({
  id: `m${seq}`,
  conversationId: CONVERSATION,
  seq,
  sender: user(seq % 2 === 1 ? "ann" : "bob"),
  content: `message ${seq}`,
  clientMessageId: `client ${seq}`,
  createdAt: timeOf(seq),
  readAt: seq < 3 ? timeOf(seq + 1) : null,
  ...AS_WRITTEN,
});
const UNCHANGED = { afterRev: 0, changed: [], rev: 0, lastRev: 0 };
export const LOG = [1, 2, 3].map(message);
export const ONLINE = { online: true, lastSeenAt: null, version: 1 };

/** As a client shows it: one's own is known by the client's id. */
export const shownBy = (me: string, one: Message): ChatMessage => ({
  ...one,
  state: "sent",
  key: one.sender.id === me ? one.clientMessageId! : one.id,
});
/** A story that went well, open to be spoilt. */
export interface Story {
  readonly journal: Journal;
  readonly intents: Intent[];
  log: readonly Message[];
  histories: Map<string, readonly Message[]>;
  devices: Map<string, readonly Message[]>;
  lists: Map<string, Conversation>;
  changes: ChangeRecord[];
  items: Record<string, unknown>[];
  pins: readonly Message[];
  /** Of the devices. */
  following: Set<string>;
  reactors: Map<number, (readonly [string, string])[]>;
  /** Ann's client, in its first life. */
  readonly life: ClientLife;
  client: ClientState;
}

/** As somebody's list has it. */
export const listing = (id: string, readSeq: number): Conversation => ({
  id: CONVERSATION,
  ...OF_TWO,
  otherParticipant: { ...user(PEOPLE.find((other) => other !== id)!), ...ONLINE },
  lastMessage: { ...LOG[2]!, truncated: false },
  lastMessageAt: timeOf(3),
  unreadCount: LOG.filter(({ seq, sender }) => seq > readSeq && sender.id !== id).length,
  mentionCount: 0,
  lastSeq: 3,
  readSeq,
  lastRev: 0,
  pinned: false,
  archived: false,
  mutedUntil: null,
});

/** Moments lie far enough apart for every copy of the data to catch up, unless told otherwise. */
export function story(stepMs = LAG_MS + 1): Story {
  let now = 0;
  const journal = new Journal(() => (now += stepMs));
  for (const sent of LOG) {
    const intent: Intent = {
      senderId: sent.sender.id,
      conversationId: CONVERSATION,
      content: sent.content,
      clientMessageId: sent.clientMessageId,
      mentions: [],
      replyToSeq: null,
      afterSeq: sent.seq - 1,
      maxAttempts: 3,
      acks: [],
      afterSeqs: [sent.seq - 1],
      refusals: [],
      outbox: sent.sender.id,
      beganAt: journal.tick(),
      attempts: 1,
    };
    journal.intents.push(intent);
    const shown = { ...sent, readAt: null };
    intent.acks.push({ at: journal.tick(), message: shown, duplicate: false });
    journal.saw({ to: intent.senderId, at: journal.tick(), askedAt: null, source: "ack", message: shown });
  }
  const whole = {
    userId: "ann",
    conversationId: CONVERSATION,
    afterSeq: 0,
    messages: LOG,
    lastSeq: 3,
    hasMore: false,
    ...UNCHANGED,
  };
  journal.syncs.push({ askedAt: journal.tick(), ...whole });
  const lists = new Map([
    ["ann", listing("ann", 3)],
    ["bob", listing("bob", 2)],
  ]);
  journal.lists.push({ userId: "bob", askedAt: journal.tick(), conversations: [lists.get("bob")!] });
  const items = LOG.map((one) => shownBy("ann", one));
  const life: ClientLife = {
    ...{ name: "ann/0", userId: "ann" },
    told: LOG.map((one) => ({ type: "new_message", message: one })),
    shown: new Map([[CONVERSATION, [items.slice(0, 2), items]]]),
    discarded: new Set(),
  };
  journal.lives.push(life);
  const client: ClientState = {
    ...{ name: "ann/0", userId: "ann", conversations: [lists.get("ann")!] },
    presence: new Map([["bob", ONLINE]]),
    messages: new Map([[CONVERSATION, items]]),
  };
  return {
    ...{ journal, life, client },
    intents: journal.intents,
    log: LOG,
    histories: new Map(PEOPLE.map((id) => [id, LOG])),
    devices: new Map([["ann's phone", LOG]]),
    lists,
    ...{ changes: [], items: [], pins: [], reactors: new Map(), following: new Set(["ann's phone"]) },
  };
}

export function verdict({
  journal,
  log,
  histories,
  devices,
  lists,
  client,
  changes,
  items,
  pins,
  reactors,
  following,
}: Story): readonly Violation["kind"][] {
  const conversation: ConversationOutcome = {
    ...{
      id: CONVERSATION,
      group: null,
      participants: PEOPLE,
      log,
      histories,
      changes,
      items,
      pins,
      reactors,
    },
    devices: new Map([...devices].map(([name, messages]) => [name, { userId: "ann", messages }])),
    following,
  };
  const outcome: Outcome = {
    conversations: [conversation],
    lists: new Map([...lists].map(([id, one]) => [id, [one]])),
    clients: [client],
    presence: new Map([["ann", new Map([["bob", ONLINE]])]]),
  };
  const kinds = [...check(journal, outcome), ...checkPresence(journal)].map(({ kind }) => kind);
  return [...new Set(kinds)];
}

export const changed = (seq: number, change: Partial<Message>): Message => ({ ...message(seq), ...change });
export const listed = (tale: Story, id: string, change: Partial<Conversation>): void =>
  void tale.lists.set(id, { ...tale.lists.get(id)!, ...change });
export const known = (tale: Story, messages: readonly Message[]): void => {
  tale.log = messages;
  tale.histories = new Map(PEOPLE.map((id) => [id, messages]));
  tale.devices = new Map([["ann's phone", messages]]);
};
