import { randomUUID } from "node:crypto";
import type { Operation } from "./operation.ts";
import { CONTENT, nextQuarterHour, type Pair } from "./pair.ts";

const ONE_WRITE = { WRU: 1, RRU: 0 };
const CHANGE_FLOOR = { WRU: 2, RRU: 0 };
const CHANGE_GOAL = { WRU: 4, RRU: 4 };
const frame = "frame" as const;

/** Sending, changing and catching up over a socket. */
export const messages = (pair: Pair): readonly Operation[] => [
  ...catchingUp(pair),
  ...sends(pair),
  ...changes(pair),
  syncOfChanges(pair),
];

function sends({ stage, asking, bob, bobsDevice }: Pair): readonly Operation[] {
  const send = { begins: frame, of: "send_message", floor: ONE_WRITE } as const;
  const goal = { WRU: 2, RRU: 2, roundTrips: 2, gatewayMessages: 5 };
  const remember = () => asking.remember();
  let again = {};
  return [
    { operation: "send_message", ...send, goal, prepare: remember, run: () => asking.send() },
    {
      operation: "send_message by a function that remembers nothing",
      ...send,
      goal: { ...goal, RRU: 3, roundTrips: 3 },
      prepare: async () => {
        await asking.remember();
        stage.forget();
      },
      run: () => asking.send(),
    },
    {
      operation: "send_message that answers the other's",
      ...send,
      // One write more: the step that keeps `readAt`.
      goal: { ...goal, WRU: 3 },
      prepare: async () => {
        await asking.send({}, bobsDevice);
        await asking.send();
        await asking.send({}, bobsDevice);
      },
      run: () => asking.send(),
    },
    {
      operation: "send_message without afterSeq",
      ...send,
      goal: { ...goal, RRU: 12, roundTrips: 3 },
      prepare: remember,
      run: () => asking.send({ afterSeq: undefined }),
    },
    {
      operation: "send_message, the first in a quarter hour",
      ...send,
      goal: { WRU: 8 },
      prepare: async () => {
        nextQuarterHour(stage);
        // The head is read anew after so long.
        await asking.act("sync", { afterSeq: asking.tail });
      },
      run: () => asking.send(),
    },
    {
      operation: "send_message that replies",
      ...send,
      goal: { WRU: 2 },
      prepare: remember,
      run: () => asking.send({ replyToSeq: 2 }),
    },
    {
      operation: "send_message that mentions one",
      ...send,
      goal: { WRU: 3 },
      prepare: remember,
      run: () => asking.send({ mentions: [bob.id] }),
    },
    {
      operation: "send_message, a repeat",
      ...send,
      floor: { WRU: 0, RRU: 0.5 },
      goal: { WRU: 0 },
      prepare: async () => {
        await asking.remember();
        again = { clientMessageId: randomUUID(), afterSeq: asking.tail };
        await asking.send(again);
      },
      run: () => asking.act("send_message", { content: CONTENT, ...again }),
    },
  ];
}

function changes({ asking }: Pair): readonly Operation[] {
  const remember = () => asking.remember();
  const change = { begins: frame, floor: CHANGE_FLOOR, goal: CHANGE_GOAL } as const;
  // To one that is not the last.
  const before = async (): Promise<void> => {
    await asking.remember();
    await asking.send();
  };
  const react = (on: boolean) => () => asking.act("react", { seq: asking.tail - 1, emoji: "👍", on });
  return [
    {
      operation: "edit_message",
      ...change,
      of: "edit_message",
      prepare: remember,
      run: () => asking.act("edit_message", { seq: asking.tail, content: "y".repeat(200) }),
    },
    {
      operation: "delete_message",
      ...change,
      of: "delete_message",
      prepare: remember,
      run: () => asking.act("delete_message", { seq: asking.tail }),
    },
    { operation: "react", ...change, of: "react", prepare: before, run: react(true) },
    {
      operation: "react, taken back",
      ...change,
      of: "react",
      prepare: async () => {
        await before();
        await react(true)();
      },
      run: react(false),
    },
  ];
}

function catchingUp({ asking, bobsDevice }: Pair): readonly Operation[] {
  const sync = { begins: frame, of: "sync" } as const;
  return [
    {
      operation: "mark_read",
      ...{ begins: frame, of: "mark_read", floor: ONE_WRITE, goal: { WRU: 2, RRU: 1 } },
      prepare: async () => {
        await asking.remember();
        await asking.act("mark_read", { seq: asking.tail }, bobsDevice);
        await asking.send();
      },
      run: () => asking.act("mark_read", { seq: asking.tail }, bobsDevice),
    },
    {
      operation: "sync, nothing new",
      ...{ ...sync, floor: { WRU: 0, RRU: 1 }, goal: { WRU: 0, RRU: 2 } },
      prepare: () => asking.remember(),
      run: () => asking.act("sync", { afterSeq: asking.tail }),
    },
    {
      operation: "sync of 50 messages",
      ...{ ...sync, floor: { WRU: 0, RRU: 5 }, goal: { WRU: 0, RRU: 8 } },
      gap: { RRU: 0.5, why: "both have read, so the steps of both are asked for" },
      prepare: () => asking.remember(),
      run: () => asking.act("sync", { afterSeq: 20, limit: 50 }),
    },
  ];
}

function syncOfChanges({ asking }: Pair): Operation {
  let rev = 0;
  return {
    operation: "sync of three changes",
    ...{ begins: frame, of: "sync", floor: { WRU: 0, RRU: 3 }, goal: { WRU: 0 } },
    prepare: async () => {
      await asking.remember();
      ({ lastRev: rev } = (await asking.act("sync", { afterSeq: asking.tail, afterRev: 0 })) as {
        lastRev: number;
      });
      for (const seq of [63, 64, 65])
        await asking.act("edit_message", { seq, content: randomUUID().padEnd(200) });
    },
    run: () => asking.act("sync", { afterSeq: asking.tail, afterRev: rev }),
  };
}
