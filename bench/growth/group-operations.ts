import { randomUUID } from "node:crypto";
import { act, ask, readings, send } from "./asking.ts";
import type { Operation } from "./operation.ts";
import { drainTasks, type Place } from "./place.ts";

/** What is asked of a group: everybody's devices are pushed to. */
export const groupOperations = (place: Place): readonly Operation[] => [
  ...readings(place),
  {
    name: "members, a page of 20",
    run: () => ask(place, "GET /api/conversations/{conversationId}/members", { query: { limit: "20" } }),
  },
  {
    name: "join",
    run: () => act(place, "join_conversation"),
  },
  {
    name: "send, afterSeq at the tail",
    run: () => send(place, place.tail),
    after: () => drainTasks(place),
  },
  {
    name: "edit of one's last message",
    run: () => act(place, "edit_message", { seq: place.tail, content: randomUUID() }),
    after: () => drainTasks(place),
  },
  {
    name: "send that moves the rows",
    prepare: async () => {
      place.deployment.passTime(QUARTER_HOUR_MS);
      await place.forget();
    },
    run: () => send(place, place.tail),
    after: () => drainTasks(place),
    isLong: true,
  },
];

const QUARTER_HOUR_MS = 15 * 60 * 1000 + 1;
