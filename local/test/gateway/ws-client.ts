import WebSocket from "ws";
import { within } from "../support/pace.ts";

export interface ClientOptions {
  readonly headers?: Record<string, string>;
  readonly protocols?: string[];
  /** Appended to the URL: a query, or more path. */
  readonly suffix?: string;
  readonly signal?: (socket: WebSocket) => void;
}

export interface Client {
  readonly socket: WebSocket;
  readonly protocol: string;
  send(frame: unknown): void;
  /** The next text frame, queued if it came earlier. */
  next(): Promise<string>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

export type OpenResult =
  | { readonly type: "open"; readonly client: Client }
  | { readonly type: "refused"; readonly status: number; readonly body: string };

/** A client that queues frames, so that none is missed between two looks. */
export function openClient(url: string, options: ClientOptions): Promise<OpenResult> {
  const socket = new WebSocket(url, options.protocols ?? [], { headers: options.headers ?? {} });
  options.signal?.(socket);
  const queue: string[] = [];
  const waiting: ((frame: string) => void)[] = [];
  socket.on("message", (data: Buffer) => {
    const frame = data.toString("utf8");
    const waiter = waiting.shift();
    if (waiter === undefined) queue.push(frame);
    else waiter(frame);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString("utf8") }));
  });
  const refused = new Promise<OpenResult>((resolve, reject) => {
    socket.on("unexpected-response", (_req, res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () => {
        resolve({
          type: "refused",
          status: res.statusCode ?? 0,
          body: Buffer.concat(chunks).toString("utf8"),
        });
        socket.terminate();
      });
    });
    socket.on("error", reject);
  });
  const client: Client = {
    socket,
    get protocol() {
      return socket.protocol;
    },
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    next() {
      const early = queue.shift();
      if (early !== undefined) return Promise.resolve(early);
      return within(new Promise<string>((resolve) => waiting.push(resolve)), "a frame");
    },
    get closed() {
      return within(closed, "the close");
    },
  };
  const open = new Promise<OpenResult>((resolve) => {
    socket.on("open", () => resolve({ type: "open", client }));
  });
  return within(Promise.race([open, refused]), "the end of the upgrade");
}
