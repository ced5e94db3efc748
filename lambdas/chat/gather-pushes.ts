import type { Chat } from "./chat.ts";
import type { Push, PushOutcome } from "./ports.ts";
import { pushTogether } from "./steps/push-together.ts";

/** How long pushes wait, at most, for those of what runs beside them. */
export const GATHER_MS = 100;

/** Runs one thing with a chat of its own, whose pushes are gathered with those of all that runs beside it. */
export type RunGathered = <R>(run: (chat: Chat) => Promise<R>) => Promise<R>;

interface Waiting {
  /** When its run began, as a number: the order of what a connection is told. */
  readonly turn: number;
  readonly pushes: readonly Push[];
  readonly settle: (outcomes: Promise<readonly PushOutcome[]>) => void;
}

/**
 * Gathers what is pushed by runs side by side: once each has come to its pushes or its end, or after a moment,
 * everything goes out at once, to each connection in the order in which the runs began. A frame of 32 KB costs what
 * one of 200 bytes does, so a connection that takes batches gets its events as few frames; any other gets them one
 * after another. Each run learns what became of its own pushes, as if it had been alone.
 */
export function gatherPushes(chat: Chat): RunGathered {
  let turns = 0;
  let waiting: Waiting[] = [];
  /** Runs that have neither ended nor wait, so that more may come of them. */
  let busy = 0;

  const goOut = (): void => {
    const gathered = waiting.toSorted((one, other) => one.turn - other.turn);
    waiting = [];
    const told = pushTogether(
      chat,
      gathered.flatMap(({ pushes }) => pushes),
    );
    let from = 0;
    for (const { pushes, settle } of gathered) {
      const start = from;
      from += pushes.length;
      settle(told.then((outcomes) => outcomes.slice(start, start + pushes.length)));
    }
  };
  const leave = (): void => {
    busy -= 1;
    if (busy <= 0 && waiting.length > 0) goOut();
  };
  const wait = async (turn: number, pushes: readonly Push[]): Promise<readonly PushOutcome[]> => {
    const outcomes = new Promise<readonly PushOutcome[]>((settle) => waiting.push({ turn, pushes, settle }));
    if (waiting.length === 1) {
      const gathering = waiting;
      const over = (): void => {
        if (waiting === gathering && waiting.length > 0) goOut();
      };
      // Whoever is slow, at the database say, does not hold the others.
      chat.clock.pause(GATHER_MS).then(over, over);
    }
    leave();
    try {
      return await outcomes;
    } finally {
      busy += 1;
    }
  };

  return async (run) => {
    const turn = (turns += 1);
    const sockets: Chat["sockets"] = {
      push: (pushes, withinMs) =>
        pushes.length === 0 || withinMs !== undefined
          ? chat.sockets.push(pushes, withinMs)
          : wait(turn, pushes),
      close: (connectionIds, withinMs) => chat.sockets.close(connectionIds, withinMs),
    };
    busy += 1;
    try {
      // All that begin at one moment count before the first of them pushes.
      await Promise.resolve();
      return await run({ ...chat, sockets });
    } finally {
      leave();
    }
  };
}
