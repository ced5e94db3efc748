import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { BELIEFS } from "../beliefs.ts";

/** Answers an upgrade with a plain HTTP status: the client never sees a 101. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  ids: { readonly connectionId: string; readonly requestId: string },
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const belief = BELIEFS.refusedUpgrade.get(status);
  const message = belief?.message ?? STATUS_CODES[status] ?? "Refused";
  const body = JSON.stringify({ message, ...ids });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(belief === undefined ? [] : [`x-amzn-ErrorType: ${belief.errorType}`]),
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
