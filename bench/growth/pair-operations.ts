import { randomUUID } from "node:crypto";
import type { Device } from "../../test/handlers/person.ts";
import { sqsEvent } from "../../test/support/events.ts";
import { act, ask, history, readings, send } from "./asking.ts";
import type { Operation } from "./operation.ts";
import { drainTasks, somebodyNew, type Place } from "./place.ts";

/** What is asked where conversations are of two; those that change what others read stand behind them. */
export const pairOperations = (place: Place): readonly Operation[] => [
  ...readings(place),
  {
    name: "history, 5 from the middle",
    run: () =>
      history(place, { limit: "5", before: `${place.conversationId}-${Math.ceil(place.tail / 2) + 1}` }),
  },
  {
    name: "sync, 5 of many",
    // Also of ten messages there are more behind it.
    run: () => act(place, "sync", { afterSeq: Math.floor(place.tail / 4), limit: 5 }),
  },
  ...connecting(place),
  ...lookingUp(place),
  ...writing(place),
  presenceTransition(place),
  ...meeting(place),
];

function connecting(place: Place): readonly Operation[] {
  let device: Device | null = null;
  const open = async (): Promise<void> => {
    device = await place.caller.connect();
  };
  const close = async (): Promise<void> => {
    await device?.disconnect();
    device = null;
  };
  return [
    { name: "connect, not the first device", prepare: close, run: open },
    {
      name: "disconnect, not the last device",
      prepare: () => (device ? close().then(open) : open()),
      run: close,
    },
  ];
}

function lookingUp(place: Place): readonly Operation[] {
  let stranger = "";
  const presenceOf = (userId: string): Promise<void> =>
    ask(place, "GET /api/presence", { query: { userIds: userId } });
  return [
    { name: "presence of a peer", run: () => presenceOf(place.peerId) },
    {
      name: "presence of a stranger",
      prepare: async () => {
        stranger = await somebodyNew(place);
      },
      run: () => presenceOf(stranger),
    },
  ];
}

const writing = (place: Place): readonly Operation[] => [
  {
    name: "send without afterSeq",
    run: () => send(place),
  },
  // Whoever sends is remembered, with the head, as in a warm function.
  { name: "send, afterSeq at the tail", run: () => send(place, place.tail) },
  {
    name: "edit of one's last message",
    run: () => act(place, "edit_message", { seq: place.tail, content: randomUUID() }),
  },
];

function meeting(place: Place): readonly Operation[] {
  let stranger = "";
  const meet = (otherUserId: string): Promise<void> =>
    ask(place, "POST /api/conversations/find-or-create", { body: { otherUserId } });
  return [
    {
      name: "find-or-create, there is one",
      prepare: () => place.forget(),
      run: () => meet(place.peerId),
    },
    {
      name: "find-or-create, there is none",
      prepare: async () => {
        stranger = await somebodyNew(place);
      },
      run: () => meet(stranger),
    },
  ];
}

/** Somebody comes online whose peers are not: what it takes to find them all. */
function presenceTransition(place: Place): Operation {
  const userId = place.caller.id;
  const transition = { userId, from: "off", to: "on", version: 1, lastSeenAt: null, at: Date.now() };
  return {
    name: "presence transition",
    run: () => place.handlers().worker(sqsEvent([{ type: "transition", transition }])),
    after: () => drainTasks(place),
    isLong: true,
  };
}
