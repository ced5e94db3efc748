import { setTimeout as delay } from "node:timers/promises";
import type { Frame } from "../load/socket.ts";

/** One of the connections that are told of messages, and what it has been told so far. */
export interface Listener {
  /** In the room it is told each message; outside how the conversation stands, so that a later one stands for it. */
  readonly inRoom: boolean;
  readonly heard: Heard[];
}

interface Heard {
  readonly seq: number;
  /** As `performance.now` has it. */
  readonly at: number;
}

/** Notes what a connection is told of messages. */
export function hear({ inRoom, heard }: Listener, frame: Frame): void {
  const at = performance.now();
  if (inRoom && frame["type"] === "new_message") {
    heard.push({ seq: Number((frame["message"] as Frame)["seq"]), at });
  } else if (!inRoom && frame["type"] === "conversation_updated") {
    heard.push({ seq: Number(frame["lastSeq"]), at });
  }
}

const LOOK_EVERY_MS = 5;

/** When the last of them heard of a message; null where one has not within `limitMs`. */
export async function lastHeard(
  listeners: readonly Listener[],
  seq: number,
  limitMs: number,
): Promise<number | null> {
  const end = performance.now() + limitMs;
  let waiting = listeners;
  let last = 0;
  for (;;) {
    waiting = waiting.filter((listener) => {
      const at = heardAt(listener, seq);
      last = Math.max(last, at ?? 0);
      return at === null;
    });
    if (waiting.length === 0) return last;
    if (performance.now() > end) return null;
    await delay(LOOK_EVERY_MS);
  }
}

function heardAt({ inRoom, heard }: Listener, seq: number): number | null {
  const tells = (one: Heard): boolean => (inRoom ? one.seq === seq : one.seq >= seq);
  return heard.find(tells)?.at ?? null;
}

/** What went wrong with the messages from one to another, both included, over all connections. */
export interface Wrongs {
  /** Never heard of. */
  readonly lost: number;
  /** Heard again: a push that had no outcome in time is made again. */
  readonly doubled: number;
  /** Heard of for the first time after a later one. */
  readonly crossed: number;
}

export function wrongsOf(
  told: readonly { readonly listener: Listener; readonly seqs: readonly number[] }[],
): Wrongs {
  const wrongs = { lost: 0, doubled: 0, crossed: 0 };
  for (const { listener, seqs } of told) {
    const meant = new Set(seqs);
    const seen = new Set<number>();
    let highest = 0;
    for (const { seq } of listener.heard) {
      if (!meant.has(seq)) continue;
      if (seen.has(seq)) wrongs.doubled += 1;
      else if (seq < highest) wrongs.crossed += 1;
      seen.add(seq);
      highest = Math.max(highest, seq);
    }
    wrongs.lost += seqs.filter((seq) => heardAt(listener, seq) === null).length;
  }
  return wrongs;
}
