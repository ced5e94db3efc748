import { WebSocket, type RawData } from "ws";
import type { Action } from "../../lambdas/protocol/routes.ts";
import type {
  AckData,
  AckFrame,
  ErrorFrame,
  EventFrame,
  ServerFrame,
} from "../../lambdas/protocol/server-frames.ts";
import { observe, type Observer } from "./observed-socket.ts";
import type { Reply } from "./reply.ts";

const HANDSHAKE_MS = 20_000;
const ANSWER_MS = 10_000;

export interface ConnectionHandlers {
  readonly observer: Observer;
  event(frame: EventFrame): void;
  closed(): void;
}

/** A socket with its unanswered frames. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #pending = new Map<string, (reply: Reply<never>) => void>();
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
    observe(socket, handlers.observer);
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

  /** Sends the frame under an id of its own. */
  ask<A extends Action>(action: A, fields: Readonly<Record<string, unknown>>): Promise<Reply<AckData[A]>> {
    if (!this.isOpen) return Promise.resolve({ type: "unknown", because: "closed" });
    const id = String((this.#frames += 1));
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => this.#pending.get(id)?.({ type: "unknown", because: "timeout" }),
        ANSWER_MS,
      );
      this.#pending.set(id, (reply) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        resolve(reply);
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
      case "batch":
        return frame.events.forEach((event) => handlers.event(event));
      default:
        return handlers.event(frame);
    }
  }

  #acked({ id, data }: AckFrame): void {
    this.#pending.get(id)?.({ type: "answer", data: data as never });
  }

  #refused({ id, code, message }: ErrorFrame): void {
    this.#pending.get(id ?? "")?.({ type: "refused", code, message });
  }

  #giveUpAll(because: "closed" | "gateway error"): void {
    for (const settle of [...this.#pending.values()]) settle({ type: "unknown", because });
  }
}
