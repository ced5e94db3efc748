import { setTimeout as delay } from "node:timers/promises";
import type { Endpoints } from "../../test/support/person.ts";
import { atMost, type Figure } from "../benchmark.ts";
import { openSocket, type LoadSocket } from "../load/socket.ts";
import { aPair } from "./people.ts";

const LIMIT = 10;
/** The worker closes again after 15 seconds, by a queue. */
const SETTLED_MS = 25_000;

/** Very many connections at once: which stay open, and which of these are told what happens. */
export async function connectInACrowd(cloud: Endpoints, count: number): Promise<readonly Figure[]> {
  const { alice, bob, conversationId } = await aPair(cloud);
  const told = new Set<number>();
  const opened = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => openSocket(cloud.wsUrl, alice.token, () => told.add(index))),
  );
  const sockets = opened.flatMap((one): readonly LoadSocket[] =>
    one.status === "fulfilled" ? [one.value] : [],
  );
  const openAtFirst = stillOpen(sockets);
  await delay(SETTLED_MS);
  told.clear();
  await bob.post(`/api/conversations/${conversationId}/messages`, { content: "who is there" });
  await Promise.all(sockets.filter((socket) => !socket.closedBy).map((socket) => socket.ping()));
  const open = stillOpen(sockets);
  await Promise.all(sockets.map((socket) => socket.close()));
  return [
    { name: `${count} connects at once: open when the last is answered`, value: openAtFirst },
    {
      name: `${count} connects at once: open after ${SETTLED_MS / 1_000} s`,
      before: "12",
      value: open,
      bound: atMost(open, LIMIT),
    },
    {
      name: `${count} connects at once: registered, so told of a message`,
      before: "10",
      value: told.size,
      bound: atMost(told.size, LIMIT),
    },
  ];
}

const stillOpen = (sockets: readonly LoadSocket[]): number =>
  sockets.filter(({ closedBy }) => closedBy === undefined).length;
