import type { Action } from "../../../lambdas/protocol/routes.ts";
import { PING, SUBPROTOCOL } from "../../../lambdas/protocol/routes.ts";
import type { AckData, EventFrame, ServerFrame } from "../../../lambdas/protocol/server-frames.ts";
import { ChatError } from "../chat-error.ts";
import type { Environment, SocketLike } from "../environment.ts";
import type { Token } from "./tokens.ts";

const HANDSHAKE_MS = 15_000;
const ANSWER_MS = 10_000;
const PONG_MS = 10_000;
const OPEN = 1;

export interface SocketHandlers {
  event(frame: EventFrame): void;
  /** Once, for a socket that had been open. */
  closed(socket: Socket): void;
  /** The server will not have this token any more. */
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
  readonly #socket: SocketLike;
  readonly #waiting = new Map<string, Waiting>();
  #frames = 0;
  #pong: (() => void) | null = null;
  #isDead = false;
  #isRetired = false;

  private constructor(socket: SocketLike, token: Token, openedAt: number) {
    this.#socket = socket;
    this.token = token;
    this.openedAt = openedAt;
  }

  /** @throws ChatError `NETWORK` if it does not open; the token may have been refused */
  static open(environment: Environment, token: Token, handlers: SocketHandlers): Promise<Socket> {
    return new Promise((resolve, reject) => {
      let isOpen = false;
      const raw = new environment.WebSocket(environment.wsUrl, [SUBPROTOCOL, token.text]);
      const socket = new Socket(raw, token, environment.now());
      const timer = setTimeout(() => fail("The connection was not made in time."), HANDSHAKE_MS);
      const fail = (message: string): void => {
        clearTimeout(timer);
        raw.close();
        reject(new ChatError("NETWORK", message));
      };
      raw.addEventListener("open", () => {
        isOpen = true;
        clearTimeout(timer);
        resolve(socket);
      });
      raw.addEventListener("message", ({ data }) => socket.#receive(data, handlers));
      raw.addEventListener("error", () => undefined);
      raw.addEventListener("close", () => {
        if (isOpen) socket.#end(handlers);
        else fail("The connection was refused or cut.");
      });
      socket.#onEnd = () => socket.#end(handlers);
    });
  }

  #onEnd: () => void = () => undefined;

  get isOpen(): boolean {
    return !this.#isDead && this.#socket.readyState === OPEN;
  }

  /** Asks once. @throws ChatError with the server's code, or `NETWORK` where no answer tells what became of it */
  ask<A extends Action>(action: A, fields: Readonly<Record<string, unknown>>): Promise<AckData[A]> {
    if (!this.isOpen) return Promise.reject(new ChatError("NETWORK", "The connection is gone."));
    const id = String((this.#frames += 1));
    return new Promise<AckData[A]>((resolve, reject) => {
      const timer = setTimeout(() => give(new ChatError("NETWORK", "No answer came in time.")), ANSWER_MS);
      const give = (error: ChatError): void => {
        clearTimeout(timer);
        this.#forget(id);
        reject(error);
      };
      this.#waiting.set(id, {
        reject: give,
        resolve: (data) => {
          clearTimeout(timer);
          this.#forget(id);
          resolve(data);
        },
      });
      this.#socket.send(JSON.stringify({ action, id, ...fields }));
    });
  }

  /** A frame that nobody waits for. */
  say(action: Action, fields: Readonly<Record<string, unknown>>): void {
    if (this.isOpen) this.#socket.send(JSON.stringify({ action, ...fields }));
  }

  /** Whether the server still answers; one that does not in ten seconds is given up as dead. */
  ping(): Promise<boolean> {
    if (!this.isOpen) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#onEnd();
        this.#socket.close();
        resolve(false);
      }, PONG_MS);
      this.#pong = () => {
        clearTimeout(timer);
        this.#pong = null;
        resolve(true);
      };
      this.#socket.send(JSON.stringify({ action: PING }));
    });
  }

  close(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#giveUpAll("The connection was closed.");
    this.#pong?.();
    this.#socket.close(1000);
  }

  /** Closes once nothing is waited for any more; no longer takes questions, but still brings events. */
  retire(): void {
    this.#isRetired = true;
    if (this.#waiting.size === 0) this.close();
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    if (this.#isRetired && this.#waiting.size === 0) this.close();
  }

  /** What waits is given up; a half-open socket says nothing more, so this does not wait for its end. */
  #end(handlers: SocketHandlers): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#giveUpAll("The connection was lost.");
    this.#pong?.();
    handlers.closed(this);
  }

  #giveUpAll(message: string): void {
    for (const { reject } of [...this.#waiting.values()]) reject(new ChatError("NETWORK", message));
  }

  #receive(data: unknown, handlers: SocketHandlers): void {
    if (this.#isDead) return;
    const frame = readFrame(data);
    if (!frame) return;
    switch (frame.type) {
      case undefined:
        // The gateway's own error names no frame: any of those under way may be meant.
        return this.#giveUpAll("The gateway reported an error.");
      case "ack":
        return this.#waiting.get(frame.id)?.resolve(frame.data as never);
      case "error": {
        const { id, code, message } = frame;
        if (code === "UNAUTHORIZED") handlers.refused();
        return this.#waiting.get(id ?? "")?.reject(new ChatError(code, message));
      }
      case "pong":
        return this.#pong?.();
      default:
        return handlers.event(frame);
    }
  }
}

/** A frame, known or not; null for what is no JSON object. */
function readFrame(data: unknown): ServerFrame | { readonly type: undefined } | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === "object" && frame !== null ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
