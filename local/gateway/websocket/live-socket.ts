import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { BELIEFS } from "../beliefs.ts";
import type { CloseReason, Connection, ConnectionFacts } from "./connection-registry.ts";
import { dispatchDisconnect } from "./disconnect.ts";
import { createFrameMeter } from "./frame-meter.ts";
import { dispatchFrame } from "./frames.ts";
import type { WebSocketParts } from "./websocket-parts.ts";

/** A connection from the end of `$connect` to its `$disconnect`. */
export interface LiveSocket {
  readonly connection: Connection;
  /** Begins to watch the raw stream. Before `ws` gets the socket, so that it sees each chunk first. */
  watch(socket: Duplex): void;
  /** The handshake is done: frames are dispatched from here on. */
  attach(ws: WebSocket): void;
  /** The client went away while `$connect` ran: there is nothing to attach. */
  lost(): void;
}

export function openLiveSocket(facts: ConnectionFacts, parts: WebSocketParts): LiveSocket {
  let ws: WebSocket | null = null;
  let messagesSeen = 0;
  let messagesAllowed = Number.POSITIVE_INFINITY;
  let tail = Promise.resolve();
  let settle: () => void = () => undefined;
  parts.tasks.add(new Promise<void>((resolve) => (settle = resolve)));

  const connection: Connection = {
    facts,
    lastActiveAt: facts.connectedAt,
    closing: null,
    send(text) {
      if (ws === null || ws.readyState !== ws.OPEN) return false;
      ws.send(text);
      return true;
    },
    bufferedBytes: () => ws?.bufferedAmount ?? 0,
    close(reason) {
      if (connection.closing !== null) return;
      connection.closing = reason;
      ws?.close(reason.code, reason.reason);
    },
    cut() {
      connection.closing ??= BELIEFS.abnormalClose;
      ws?.terminate();
    },
  };
  parts.registry.add(connection);

  const ended = (closed: CloseReason): void => {
    if (!parts.registry.remove(facts.id)) return;
    connection.closing ??= closed;
    const delivered = dispatchDisconnect(facts, connection.closing, parts).finally(() => {
      parts.registry.settled(facts.id);
      settle();
    });
    parts.tasks.add(delivered);
  };

  const received = (data: Buffer, isBinary: boolean): void => {
    messagesSeen += 1;
    if (messagesSeen > messagesAllowed || connection.closing !== null) return;
    connection.lastActiveAt = Date.now();
    if (isBinary) {
      connection.close(BELIEFS.binaryClose);
      return;
    }
    const body = data.toString("utf8");
    if (!parts.limits.serialFrames) {
      parts.tasks.add(dispatchFrame(connection, body, parts));
      return;
    }
    // A failed dispatch must not hold up the frames behind it; the running tasks report it.
    const dispatched = tail.then(() => dispatchFrame(connection, body, parts));
    tail = dispatched.catch(() => undefined);
    parts.tasks.add(dispatched);
  };

  return {
    connection,
    watch(socket) {
      const meter = createFrameMeter({
        frameBytes: () => parts.limits.frameBytes,
        messageBytes: () => parts.limits.messageBytes,
        onTooLarge(messagesBefore) {
          // Messages of the same chunk that came before it are still on their way through `ws`, so the
          // close waits for this tick's end.
          messagesAllowed = messagesBefore;
          queueMicrotask(() => connection.close(BELIEFS.tooLargeClose));
        },
      });
      socket.on("data", (chunk: Buffer) => meter.read(chunk));
    },
    attach(socket) {
      ws = socket;
      ws.on("message", (data: Buffer, isBinary) => received(data, isBinary));
      ws.on("ping", () => {
        if (BELIEFS.pingKeepsAlive) connection.lastActiveAt = Date.now();
      });
      ws.on("error", (cause: Error & { code?: string }) => {
        connection.closing ??= protocolError(cause.code);
      });
      ws.on("close", (code, reason) => ended(clientClose(code, reason.toString("utf8"))));
      // Closed by the gateway's own end while `$connect` ran.
      if (connection.closing !== null) ws.close(connection.closing.code, connection.closing.reason);
    },
    lost: () => ended(BELIEFS.abnormalClose),
  };
}

/** What the DISCONNECT event says of a close that the client, or the network, began. */
function clientClose(code: number, reason: string): CloseReason {
  if (code === 1005) return { code, reason: "Client-side close frame status not set" };
  return code === 1006 ? BELIEFS.abnormalClose : { code, reason };
}

/** `ws` answers a broken frame by itself and names the cause only in the error's code. */
function protocolError(code: string | undefined): CloseReason {
  switch (code) {
    case "WS_ERR_INVALID_UTF8":
      return { code: 1007, reason: "" };
    case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
    case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
      return BELIEFS.tooLargeClose;
    default:
      return code?.startsWith("WS_ERR_") === true ? { code: 1002, reason: "" } : BELIEFS.abnormalClose;
  }
}
