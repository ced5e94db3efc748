import { WebSocket, type RawData } from "ws";
import type { Action } from "../../lambdas/protocol/routes.ts";
import type {
  AckData,
  AckFrame,
  ErrorFrame,
  EventFrame,
  ServerFrame,
} from "../../lambdas/protocol/server-frames.ts";

const HANDSHAKE_MS = 20_000;
const ANSWER_MS = 10_000;

export type Reply<T> =
  | { readonly type: "answer"; readonly data: T }
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  /** No answer, or none that tells what became of it: it may have been done, and may still be. */
  | { readonly type: "unknown"; readonly because: "timeout" | "closed" | "gateway error" };

/** These may pass; any other refusal of what a right client asks is a fault of the server. */
export const PASSING: ReadonlySet<string> = new Set(["INTERNAL", "RATE_LIMITED", "UNAUTHORIZED"]);

export interface ConnectionHandlers {
  event(frame: EventFrame): void;
  closed(): void;
}

interface Pending {
  /** Called for an answer at any time, also one that comes after the caller has given up waiting. */
  readonly answered: (data: never) => void;
  readonly resolve: (reply: Reply<never>) => void;
}

/** A socket with its unanswered frames. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #pending = new Map<string, Pending>();
  #frames = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Null: refused, or cut on the way. */
  static open(url: string, token: string, handlers: ConnectionHandlers): Promise<Connection | null> {
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS,
    });
    const connection = new Connection(socket);
    return new Promise((resolve) => {
      socket.on("error", () => resolve(null));
      // Frames may come in one piece with the answer to the upgrade: listening begins before.
      socket.on("message", (data: RawData) => connection.#receive(data, handlers));
      socket.once("close", () => {
        connection.#giveUpAll("closed");
        resolve(null);
      });
      socket.once("open", () => {
        socket.once("close", () => handlers.closed());
        resolve(connection);
      });
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends the frame under an id of its own; `answered` is called with the ack's data whenever it comes. */
  ask<A extends Action>(
    action: A,
    fields: Readonly<Record<string, unknown>>,
    answered: (data: AckData[A]) => void = () => undefined,
  ): Promise<Reply<AckData[A]>> {
    if (!this.isOpen) return Promise.resolve({ type: "unknown", because: "closed" });
    const id = String((this.#frames += 1));
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ type: "unknown", because: "timeout" }), ANSWER_MS);
      this.#pending.set(id, {
        answered,
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
      });
      this.#socket.send(JSON.stringify({ action, id, ...fields }));
    });
  }

  close(abruptly: boolean): void {
    if (abruptly) this.#socket.terminate();
    else this.#socket.close(1000);
  }

  #receive(data: RawData, handlers: ConnectionHandlers): void {
    const frame = JSON.parse((data as Buffer).toString("utf8")) as
      ServerFrame | { readonly type?: undefined };
    switch (frame.type) {
      case "ack":
        return this.#acked(frame);
      case "error":
        return this.#refused(frame);
      case "pong":
        return;
      case undefined:
        // The gateway's own error names no frame: any of those under way may be meant.
        return this.#giveUpAll("gateway error");
      default:
        return handlers.event(frame);
    }
  }

  #acked(frame: AckFrame): void {
    const pending = this.#pending.get(frame.id);
    pending?.answered(frame.data as never);
    pending?.resolve({ type: "answer", data: frame.data as never });
    this.#pending.delete(frame.id);
  }

  #refused({ id, code, message }: ErrorFrame): void {
    const pending = this.#pending.get(id ?? "");
    pending?.resolve({ type: "refused", code, message });
  }

  /** They stay known: an answer that comes after all is still one. */
  #giveUpAll(because: "closed" | "gateway error"): void {
    for (const { resolve } of this.#pending.values()) resolve({ type: "unknown", because });
  }
}
