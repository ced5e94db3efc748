import { lost, toChatError } from "./chat-error.ts";

/** What the client needs of the world around it; tests put their own in its place. */

/** Where a developer reads what the client did. Never a token, never a message's content. */
export interface Logger {
  debug(message: string, details?: object): void;
  warn(message: string, details?: object): void;
}

/** The part of `WebSocket` that is used. */
export interface SocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "close" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** Opens a socket with the subprotocols offered. */
export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

export interface Environment {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly WebSocket: SocketConstructor;
  readonly fetch: typeof fetch;
  readonly logger: Logger;
  /** From 0 up to 1, exclusive. */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const SILENT: Logger = { debug: () => undefined, warn: () => undefined };

/** Tells all of them. One that throws stops neither the others nor the client: the error is seen where errors are. */
export function tellAll<T>(listeners: Iterable<(value: T) => void>, value: T): void {
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** Work that nobody waits for: what goes wrong in it is told to whoever develops. */
export function background(work: Promise<unknown>, environment: Environment): void {
  work.catch((cause: unknown) => environment.logger.debug("failed", { cause }));
}

/** Work that is done once at a time: whoever asks for it meanwhile waits for the same. */
export function oneAtATime<A extends unknown[], T>(
  work: (...given: A) => Promise<T>,
): (...given: A) => Promise<T> {
  let running: Promise<T> | null = null;
  return (...given) =>
    (running ??= work(...given).finally(() => {
      running = null;
    }));
}

/** The same, done once more for whoever asks while it is under way: what they wait for began after they asked. */
export function repeated(work: () => Promise<void>): () => Promise<void> {
  let isDue = false;
  const run = oneAtATime(async () => {
    while (isDue) {
      isDue = false;
      await work();
    }
  });
  return async () => {
    isDue = true;
    // One that asks at the moment when it ends has not been heard.
    while (isDue) await run();
  };
}

/** Resolves after `ms`, or at once when one of `signals` is aborted. */
export function pause(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    if (signals.some(({ aborted }) => aborted)) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", done);
      resolve();
    };
    // A longer one would end at once.
    const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
    for (const signal of signals) signal.addEventListener("abort", done);
  });
}

/**
 * What `work` gives, if it does so in time and before one of `until` is aborted; the signal it is given ends with it.
 * @throws ChatError `NETWORK` where it does not
 */
export async function within<T>(
  ms: number,
  work: (over: AbortSignal) => T | Promise<T>,
  ...until: readonly AbortSignal[]
): Promise<T> {
  const over = new AbortController();
  const late = pause(ms, over.signal, ...until).then(() => {
    throw lost("No answer came in time.");
  });
  try {
    // One that throws at once rejects.
    return await Promise.race([Promise.resolve(over.signal).then(work), late]);
  } finally {
    over.abort();
  }
}

/** A promise that somebody else settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (cause: unknown) => void;
}

export function defer<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (cause: unknown) => void;
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  // Whoever waits hears of it; where nobody does, nobody has to.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/**
 * Half a second, and full jitter up to a bound that doubles from 3.5 to 29.5 s. A thousand clients that lose their
 * server together try less than 450 times in any second, however long it stays away: from 2.5 s on, the second tries
 * of the quick fell among the first tries of the slow, and made it 550.
 */
export const backOff = (tries: number, random: () => number): number =>
  500 + random() * Math.min(29_500, 3_500 * 2 ** tries);

/**
 * Does what may fail for now again and again, waiting as long as it is told to, until it is done, refused for good,
 * or `until` is aborted. What `awake` gives ends a wait, but not the one that the server asks for. @throws ChatError
 */
export async function insist<T>(
  work: () => Promise<T>,
  { random }: Pick<Environment, "random">,
  until: AbortSignal,
  awake: () => AbortSignal = () => until,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (cause) {
      const error = toChatError(cause);
      if (!error.retryable || until.aborted) throw error;
      // A socket that was lost has been waited for already.
      const wait = error.code === "NETWORK" && tries === 0 ? 0 : backOff(tries, random);
      // Many may have been told the same.
      await pause(error.retryAfterMs ?? 0, until);
      await pause(wait, until, awake());
      if (until.aborted) throw error;
    }
  }
}

/** An id that nobody else has chosen. */
export const randomId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => (byte + 256).toString(36)).join("");
