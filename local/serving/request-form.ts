import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Gives a request that came as to a proxy, `GET http://127.0.0.1:3000/path`, the form that one to a server has.
 * The target's own host counts, whatever `Host` says (RFC 9112, 3.2.2).
 */
export function toOriginForm(request: IncomingMessage): void {
  const [, host, rest = ""] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url ?? "") ?? [];
  if (host === undefined) return;
  request.url = rest.startsWith("/") ? rest : `/${rest}`;
  request.headers.host = host;
}

export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return listOf(headers.upgrade ?? "").includes("websocket");
}

/**
 * Serves a request as if it had not asked for another protocol, as a server may that does not speak it (RFC 9110,
 * 7.8): curl and Java's client offer `h2c` with any request. Node has given up the connection by then, so the
 * request is put back in front of what follows it, and the connection begins anew.
 */
export function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${request.method ?? "GET"} ${request.url ?? "/"} HTTP/${request.httpVersion}`];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(at, at + 2);
    const kept = name.toLowerCase() === "connection" ? withoutUpgrade(value) : value;
    if (!OF_UPGRADES.has(name.toLowerCase()) && kept !== "") lines.push(`${name}: ${kept}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

const OF_UPGRADES = new Set(["upgrade", "http2-settings"]);

const withoutUpgrade = (connection: string): string =>
  listOf(connection)
    .filter((option) => !OF_UPGRADES.has(option))
    .join(", ");

const listOf = (value: string): string[] => value.split(",").map((item) => item.trim().toLowerCase());
