import { setTimeout as delay } from "node:timers/promises";
import type { RunningCloud } from "../../test/support/start-parley.ts";
import type { Taken } from "../costs/prices.ts";

interface Served {
  readonly route: string;
  readonly function: string | null;
  readonly ms: number;
  readonly requestId: string | null;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly databaseCalls: readonly { readonly operation: string; readonly units: number | null }[];
}

/** What a stretch of messages took, as the local cloud counted it. */
export interface Spent extends Taken {
  /** Of the units read: those of the sends themselves. The rest is the worker's. */
  readonly sendRRU: number;
  /** Jobs through the queue: each tells up to 250 connections. */
  readonly chunks: number;
  readonly pushes: number;
  /** Of all functions' invocations. */
  readonly ms: number;
}

/** The local cloud keeps its last 500 requests, pushes among them. */
const LOOK_EVERY_MS = 150;
/** The worker looks at what was stored a second later. */
const SETTLED_MS = 3_000;
const PUSH = "POST @connections";

/** Counts what the local cloud does while `run` runs, for so many messages, and shortly after. */
export async function spentDuring(cloud: RunningCloud, run: () => Promise<number>): Promise<Spent> {
  const served = new Map<string, Served>();
  const look = async (): Promise<void> => {
    const answer = await fetch(`${cloud.httpUrl}/_local/state`);
    const { requests } = (await answer.json()) as { readonly requests: readonly Served[] };
    for (const one of requests) if (one.requestId !== null) served.set(one.requestId, one);
  };
  await look();
  const before = new Set(served.keys());
  const logged = cloud.log().length;
  const following = { ends: false };
  const follow = (async () => {
    while (!following.ends) {
      await look();
      await delay(LOOK_EVERY_MS);
    }
  })();
  const messages = await run();
  await delay(SETTLED_MS);
  following.ends = true;
  await follow;
  const mine = [...served.values()].filter(({ requestId }) => !before.has(requestId ?? ""));
  const pushes = cloud.log().slice(logged).split(PUSH).length - 1;
  return spentOf(mine, pushes, messages);
}

/** A message each. */
function spentOf(served: readonly Served[], pushes: number, messages: number): Spent {
  const sum = (of: readonly Served[], value: (one: Served) => number): number =>
    of.reduce((total, one) => total + value(one), 0) / messages;
  const sends = served.filter(({ route }) => route === "send_message");
  const jobs = served.filter(({ route }) => route.startsWith("queue "));
  const chunks = sum(jobs, tasksOf);
  return {
    gatewayMessages: 2 + pushes / messages,
    pushes: pushes / messages,
    WRU: sum(served, ({ writeUnits }) => writeUnits),
    RRU: sum(served, ({ readUnits }) => readUnits),
    sendRRU: sum(sends, ({ readUnits }) => readUnits),
    invocations: served.length / messages,
    chunks,
    // All jobs of a message go in one request; each batch of them is received and deleted by one.
    queueRequests: (chunks > 0 ? 1 : 0) + (2 * jobs.length) / messages,
    ms: sum(served, ({ ms }) => ms),
  };
}

/** Each reads the message and the head, strongly: the only two reads of one item that cost a whole unit. */
const tasksOf = ({ databaseCalls }: Served): number =>
  databaseCalls.filter(({ operation, units }) => operation === "GetItem" && (units ?? 0) >= 1).length / 2;
