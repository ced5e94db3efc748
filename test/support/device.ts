import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { WebSocket, type RawData } from "ws";
import type { Action } from "../../lambdas/protocol/routes.ts";
import type { AckData, ErrorFrame, ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { within } from "../../local/test/support/pace.ts";
import { FrameQueue, type FrameOf, type FrameType, type Match } from "./frame-queue.ts";

export interface ConnectOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly subprotocols?: readonly string[];
}

export type ConnectOutcome =
  | { readonly type: "open"; readonly client: Device }
  | { readonly type: "refused"; readonly status: number; readonly body: string };

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

type Outgoing = Readonly<Record<string, unknown>>;

/** One device: a WebSocket with a queue of all it received, so that no frame is missed. */
export class Device {
  /** Resolves when the socket has closed, whoever closed it. */
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #queue = new FrameQueue();
  #onFrame: (frame: ServerFrame) => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: RawData) => {
      const frame = JSON.parse((data as Buffer).toString("utf8")) as ServerFrame;
      this.#onFrame(frame);
      this.#queue.push(frame);
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // What goes wrong shows as a close.
    socket.on("error", () => undefined);
  }

  /** Connects, or tells with which status the gateway refused the upgrade. */
  static async attempt(
    url: string,
    { headers = {}, subprotocols = [] }: ConnectOptions,
  ): Promise<ConnectOutcome> {
    const socket = new WebSocket(url, [...subprotocols], {
      headers,
      perMessageDeflate: false,
    });
    const client = new Device(socket);
    const outcome = new Promise<ConnectOutcome>((resolve, reject) => {
      socket.once("open", () => resolve({ type: "open", client }));
      socket.once("error", reject);
      socket.once("unexpected-response", (_request, response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.once("end", () => resolve({ type: "refused", status: response.statusCode ?? 0, body }));
      });
    });
    return within(outcome, "the end of the upgrade");
  }

  static async connect(url: string, options: ConnectOptions): Promise<Device> {
    const outcome = await Device.attempt(url, options);
    if (outcome.type === "open") return outcome.client;
    throw new Error(`The connection was refused: ${outcome.status} ${outcome.body}`);
  }

  get subprotocol(): string {
    return this.#socket.protocol;
  }

  /** Tells of each frame from now on, before whoever waits for it. */
  onFrame(listener: (frame: ServerFrame) => void): void {
    this.#onFrame = listener;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Objects go as JSON, strings as they are, bytes as a binary frame. */
  send(frame: Outgoing | string | Buffer): void {
    const raw = typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame);
    this.#socket.send(raw);
  }

  /** Sends the frame with an `id` of its own and resolves with what answers it. */
  async request(frame: Outgoing): Promise<FrameOf<"ack"> | ErrorFrame> {
    const id = randomUUID();
    this.send({ ...frame, id });
    const answer = await this.next((one) => (one.type === "ack" || one.type === "error") && one.id === id);
    return answer as FrameOf<"ack"> | ErrorFrame;
  }

  /** The data of the ack; throws when the frame is refused. */
  async ask<A extends Action>(action: A, fields: Outgoing): Promise<AckData[A]> {
    const answer = await this.request({ action, ...fields });
    if (answer.type === "error") throw new Error(`${action} was refused: ${JSON.stringify(answer)}`);
    if (answer.action !== action) throw new Error(`The ack names another action: ${answer.action}`);
    return answer.data as AckData[A];
  }

  /** The error that answers the frame; throws when it is accepted. */
  async refusal(frame: Outgoing): Promise<ErrorFrame> {
    const answer = await this.request(frame);
    if (answer.type === "ack") throw new Error(`${answer.action} was accepted: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The oldest frame of that kind not handed out yet, or the next to come. */
  next<T extends FrameType>(match: T, deadlineMs?: number): Promise<FrameOf<T>>;
  next(match: Match, deadlineMs?: number): Promise<ServerFrame>;
  next(match: Match, deadlineMs?: number): Promise<ServerFrame> {
    return this.#queue.next(match, deadlineMs);
  }

  /** Everything received so far that matches, handed out or not. */
  all<T extends FrameType>(type: T): readonly FrameOf<T>[] {
    return this.#queue.received.filter((frame) => frame.type === type) as FrameOf<T>[];
  }

  /** Every frame received so far. */
  get received(): readonly ServerFrame[] {
    return this.#queue.received;
  }

  /**
   * Proves that nothing which matches came, and was not handed out, before a pong. For what the server does
   * before it answers somebody, once that answer is there: a socket delivers in order.
   */
  async none(match: Match): Promise<void> {
    await this.ping();
    this.#refuse(match, "a pong");
  }

  /** The same, before a frame that is caused by something later. Resolves with that frame. */
  async noneBefore<T extends FrameType>(match: Match, later: T): Promise<FrameOf<T>>;
  async noneBefore(match: Match, later: Match): Promise<ServerFrame>;
  async noneBefore(match: Match, later: Match): Promise<ServerFrame> {
    const fence = await this.next(later);
    this.#refuse(match, JSON.stringify(fence));
    return fence;
  }

  #refuse(match: Match, fence: string): void {
    const [found] = this.#queue.pending(match);
    if (found) throw new Error(`Received before ${fence}, and should not be: ${JSON.stringify(found)}`);
  }

  async ping(): Promise<void> {
    this.send({ action: "ping" });
    await this.next("pong");
  }

  async close(code?: number): Promise<Closed> {
    this.#socket.close(code);
    return this.closed;
  }

  /** Goes without a word, as a device that loses its network does. */
  async vanish(): Promise<void> {
    this.#socket.terminate();
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, "close");
  }
}
