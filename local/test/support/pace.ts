import { createHash } from "node:crypto";

/**
 * How long tests wait. A deadline is there to end a wait for what will never come, not to measure how busy the
 * machine is: when it is reached, the machine's speed is measured, and what a slower one would need is added.
 */

/** What the work takes on two idle cores of 2023, in milliseconds: long enough to be interrupted by others. */
const REFERENCE_MS = 45;
const WORK = new Uint8Array(8 * 1024 * 1024);
const ROUNDS = 10;
/** Beyond this the machine is not slow, it has stopped. */
const MOST = 30;
const FRESH_MS = 500;

let measured = { at: -Infinity, slowness: 1 };

/**
 * How many times longer a piece of work takes now than it would on a machine that is idle: 1 or more. Measured
 * in wall time, so that what other processes take counts too.
 */
export function slowness(): number {
  const began = performance.now();
  if (began - measured.at < FRESH_MS) return measured.slowness;
  const hash = createHash("sha256");
  for (let round = 0; round < ROUNDS; round += 1) hash.update(WORK);
  hash.digest();
  const ended = performance.now();
  const ratio = (ended - began) / REFERENCE_MS;
  measured = { at: ended, slowness: Math.min(MOST, Math.max(1, ratio)) };
  return measured.slowness;
}

/** A time that the product keeps and a test must be faster than: longer by as much as the machine is slower. */
export const unhurried = (seconds: number, most: number): number =>
  Math.min(most, Math.ceil(seconds * slowness()));

export interface Deadline {
  cancel(): void;
  /** Something has come, if not yet what is waited for: the time begins anew. */
  progress(): void;
}

/** Calls `expire` after `ms` without progress, or later by as much as the machine is slower than an idle one. */
export function startDeadline(ms: number, expire: () => void): Deadline {
  let from = performance.now();
  // The slowest it has been: a machine may be busy all the time, and idle at the moment that it is asked.
  let slowest = 1;
  let timer: NodeJS.Timeout;
  const arm = (after: number): void => {
    timer = setTimeout(() => {
      slowest = Math.max(slowest, slowness());
      const left = from + ms * slowest - performance.now();
      if (left > 0) arm(Math.min(left, ms));
      else expire();
    }, after);
  };
  arm(ms / 2);
  return {
    cancel: () => clearTimeout(timer),
    progress: () => {
      from = performance.now();
    },
  };
}

const LONG_MS = 20_000;

/** The promise's outcome; an error that names what was waited for where it does not come. */
export async function within<T>(promise: Promise<T>, what: string, ms = LONG_MS): Promise<T> {
  let deadline: Deadline | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    deadline = startDeadline(ms, () => reject(new Error(`It never came: ${what}.`)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    deadline?.cancel();
  }
}

/** Looks again and again until there is something to be found. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what = "what the test looks for",
  ms = LONG_MS,
): Promise<T> {
  let isLate = false;
  const deadline = startDeadline(ms, () => (isLate = true));
  try {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (isLate) throw new Error(`It never came about: ${what}.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    deadline.cancel();
  }
}

/** The same for a condition. */
export async function until(condition: () => boolean, what: string, ms = LONG_MS): Promise<void> {
  await eventually(() => condition() || undefined, what, ms);
}
