import { describe, expect, test } from "vitest";
import type { ChatMessage } from "../../client/index.ts";
import type { Violation } from "./journal.ts";
import type { ClientState } from "./running-client.ts";
import { CONVERSATION, LOG, message, ONLINE, shownBy, story, timeOf, verdict, type Story } from "./story.ts";

const waiting = (seq: number, state: "pending" | "failed"): ChatMessage => ({
  ...shownBy("ann", message(seq)),
  ...{ state, seq: 0 },
});

/** One more state that ann's client has shown, made from the last one. */
const show = ({ life }: Story, change: (items: readonly ChatMessage[]) => readonly ChatMessage[]): void => {
  const states = life.shown.get(CONVERSATION)!;
  states.push(change(states.at(-1)!));
};
const hold = (tale: Story, state: Partial<ClientState>): void =>
  void (tale.client = { ...tale.client, ...state });

describe("of a client of ours, the checker", () => {
  test.each<[string, Violation["kind"], (tale: Story) => void]>([
    [
      "a message that a listener was told twice",
      "told",
      ({ life }) => void life.told.push({ type: "new_message", message: message(3) }),
    ],
    [
      "a read position told after a later one",
      "told",
      ({ life }) => {
        const read = { type: "messages_read", userId: "bob", conversationId: CONVERSATION } as const;
        for (const readSeq of [2, 1]) life.told.push({ ...read, readSeq, readAt: timeOf(3) });
      },
    ],
    [
      "a presence told twice",
      "told",
      ({ life }) => {
        const online = { type: "user_online", userId: "bob", version: 1, at: timeOf(0) } as const;
        life.told.push(online, online);
      },
    ],
    ["a message shown twice", "shown", (tale) => show(tale, (items) => [...items, items[2]!])],
    [
      "a message shown beside its pending copy",
      "shown",
      (tale) => show(tale, (items) => [...items, waiting(3, "pending")]),
    ],
    ["messages shown out of order", "shown", (tale) => show(tale, (items) => items.toReversed())],
    [
      "what waits shown before what is sent",
      "shown",
      (tale) => show(tale, (items) => [items[0]!, waiting(3, "pending"), items[1]!]),
    ],
    [
      "what waits shown in another order than it was written in",
      "shown",
      (tale) => show(tale, () => [waiting(3, "pending"), waiting(1, "pending")]),
    ],
    ["a message that is shown no more", "shown", (tale) => show(tale, (items) => items.slice(1))],
    [
      "a message given up that nothing refused",
      "failed",
      (tale) => show(tale, (items) => [...items.slice(0, 2), waiting(3, "failed")]),
    ],
    [
      "a message that an outbox had kept and that is not stored",
      "lost",
      ({ intents }) => void intents.push({ ...intents[2]!, clientMessageId: "client 5", acks: [] }),
    ],
    [
      "two messages of one outbox that stand in another order",
      "reordered",
      ({ intents }) => {
        for (const intent of intents) Object.assign(intent, { acks: [] });
        intents.reverse();
      },
    ],
    [
      "a repeat that goes from another seq than the first try",
      "doubled",
      ({ intents }) => void intents[0]!.afterSeqs.push(1),
    ],
    [
      "a client that lacks a message",
      "state",
      (tale) => hold(tale, { messages: new Map([[CONVERSATION, []]]) }),
    ],
    [
      "a client that does not know who has read",
      "state",
      (tale) =>
        hold(tale, {
          messages: new Map([[CONVERSATION, LOG.map((one) => ({ ...shownBy("ann", one), readAt: null }))]]),
        }),
    ],
    [
      "a client whose unread count is stuck",
      "state",
      (tale) => hold(tale, { conversations: [{ ...tale.lists.get("ann")!, unreadCount: 1 }] }),
    ],
    ["a client whose list lacks a conversation", "state", (tale) => hold(tale, { conversations: [] })],
    [
      "a client that has somebody as offline who is online",
      "state",
      (tale) => hold(tale, { presence: new Map([["bob", { ...ONLINE, online: false }]]) }),
    ],
  ])("finds %s", (_what, kind, spoil) => {
    const tale = story();
    spoil(tale);
    expect(verdict(tale)).toContain(kind);
  });
});

describe("of a client of ours, the checker leaves alone", () => {
  test("a message that was taken back", () => {
    const tale = story();
    const items = tale.life.shown.get(CONVERSATION)!.at(-1)!;
    show(tale, () => [...items, waiting(5, "pending")]);
    tale.intents.push({ ...tale.intents[2]!, clientMessageId: "client 5", outbox: null, acks: [] });
    show(tale, () => items);
    tale.life.discarded.add("client 5");
    expect(verdict(tale)).toEqual([]);
  });

  test("a message that failed because it was refused", () => {
    const tale = story();
    show(tale, (items) => [...items, waiting(5, "failed")]);
    const refused = { clientMessageId: "client 5", outbox: null, acks: [], refusals: ["FORBIDDEN"] };
    tale.intents.push({ ...tale.intents[2]!, ...refused });
    expect(verdict(tale)).toEqual([]);
  });
});
