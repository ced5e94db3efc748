import type { Action } from "../../../lambdas/protocol/routes.ts";
import { BATCH_SUBPROTOCOL, PING, SUBPROTOCOL } from "../../../lambdas/protocol/routes.ts";
import type { AckData, EventsFrame, ServerFrame } from "../../../lambdas/protocol/server-frames.ts";
import { ChatError, lost } from "../chat-error.ts";
import { within } from "../environment.ts";
import type { Environment, SocketLike } from "../environment.ts";
import type { Token } from "./tokens.ts";

const HANDSHAKE_MS = 15_000;
/** A pong is an answer too. */
const ANSWER_MS = 10_000;
const OPEN = 1;

export interface SocketHandlers {
  event(frame: EventsFrame): void;
  /** Once, unless it was closed from here. */
  closed(socket: Socket): void;
  /** The server will not have this token, or this connection, any more. */
  refused(): void;
}

interface Waiting {
  readonly resolve: (data: never) => void;
  readonly reject: (error: ChatError) => void;
}

/** One WebSocket with its unanswered frames. */
export class Socket {
  readonly token: Token;
  readonly openedAt: number;
  /** Whether anything has come from the server; null: nothing was said to it either. */
  isProven: boolean | null = null;
  readonly #environment: Environment;
  readonly #handlers: SocketHandlers;
  readonly #raw: SocketLike;
  readonly #waiting = new Map<string, Waiting>();
  readonly #ended = new AbortController();
  #frames = 0;
  #pong: ReturnType<typeof setTimeout> | undefined;
  #isRetired = false;

  private constructor(environment: Environment, token: Token, handlers: SocketHandlers) {
    this.#environment = environment;
    this.#handlers = handlers;
    // A server that knows no batches takes the first that it does not know for the token.
    this.#raw = new environment.WebSocket(environment.wsUrl, [token.text, BATCH_SUBPROTOCOL, SUBPROTOCOL]);
    this.token = token;
    this.openedAt = environment.now();
  }

  /**
   * `signal` ends it, whether it is open yet or not.
   * @throws ChatError `NETWORK` if it does not open; the token may have been refused
   */
  static async open(
    environment: Environment,
    token: Token,
    handlers: SocketHandlers,
    signal: AbortSignal,
  ): Promise<Socket> {
    const socket = new Socket(environment, token, handlers);
    const raw = socket.#raw;
    signal.addEventListener("abort", () => socket.close(), { signal: socket.ended });
    const opened = new Promise<void>((resolve, reject) => {
      raw.addEventListener("open", resolve);
      raw.addEventListener("message", ({ data }) => socket.#receive(data));
      raw.addEventListener("error", () => undefined);
      raw.addEventListener("close", () => {
        reject(lost());
        socket.#lost();
      });
    });
    try {
      await within(HANDSHAKE_MS, () => opened, signal);
      return socket;
    } catch (cause) {
      socket.close();
      throw cause;
    }
  }

  get isOpen(): boolean {
    return !this.ended.aborted && this.#raw.readyState === OPEN;
  }

  /** Aborted once nothing more comes from it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Asks once. @throws ChatError with the server's code, or `NETWORK` where no answer tells what became of it */
  ask<A extends Action>(action: A, fields: Readonly<Record<string, unknown>>): Promise<AckData[A]> {
    if (!this.isOpen) return Promise.reject(lost());
    const id = String((this.#frames += 1));
    return new Promise<AckData[A]>((resolve, reject) => {
      const timer = setTimeout(() => {
        // Lost on its way, or the socket is half open: the next ten seconds tell.
        this.ping();
        this.#waiting.get(id)?.reject(lost("No answer came in time."));
      }, ANSWER_MS);
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          this.#waiting.delete(id);
          settle(value);
          if (this.#isRetired) this.retire();
        };
      };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.say(action, { id, ...fields });
    });
  }

  /** A frame that nobody waits for. */
  say(action: Action | typeof PING, fields: Readonly<Record<string, unknown>>): void {
    if (!this.isOpen) return;
    this.isProven ??= false;
    this.#raw.send(JSON.stringify({ action, ...fields }));
  }

  /** Looks whether the server still answers; one that does not in ten seconds is given up as dead. */
  ping(): void {
    if (!this.isOpen) return;
    this.#pong ??= setTimeout(() => this.#lost(), ANSWER_MS);
    this.say(PING, {});
  }

  close(): void {
    if (this.ended.aborted) return;
    this.#ended.abort();
    clearTimeout(this.#pong);
    this.#giveUpAll();
    this.#raw.close(1000);
  }

  /** Closes once nothing is waited for any more; until then it still brings events. */
  retire(): void {
    this.#isRetired = true;
    if (this.#waiting.size === 0) this.close();
  }

  /** A half-open socket says nothing more: its end is not waited for. */
  #lost(): void {
    if (this.ended.aborted) return;
    this.close();
    this.#handlers.closed(this);
  }

  #giveUpAll(): void {
    for (const { reject } of [...this.#waiting.values()]) reject(lost());
  }

  #receive(data: unknown): void {
    if (this.ended.aborted) return;
    this.isProven = true;
    try {
      this.#take(JSON.parse(String(data)) as ServerFrame);
    } catch (cause) {
      // No JSON, or a frame that is not as we know it: one from a newer server breaks nothing.
      this.#environment.logger.warn("failed", { cause });
    }
  }

  #take(frame: ServerFrame | { readonly type: undefined }): void {
    switch (frame.type) {
      case undefined:
        // The gateway's own error names no frame: any of those under way may be meant.
        return this.#giveUpAll();
      case "ack":
        return this.#waiting.get(frame.id)?.resolve(frame.data as never);
      case "error": {
        const { id, code, message } = frame;
        this.#waiting.get(id ?? "")?.reject(new ChatError(code, message));
        if (code !== "UNAUTHORIZED") return;
        // It acts no more, whether the server closes it or not.
        this.#handlers.refused();
        return this.#lost();
      }
      case "pong":
        clearTimeout(this.#pong);
        this.#pong = undefined;
        return;
      default:
        return this.#handlers.event(frame);
    }
  }
}
