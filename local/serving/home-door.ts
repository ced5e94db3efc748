import { randomBytes } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { listenOnLoopback, type LoopbackServer } from "./loopback-server.ts";

/** Which process has called which of the services' names. */
export interface DoorCall {
  readonly processId: string;
  /** e.g. `abc123.execute-api.eu-west-1.amazonaws.com`. */
  readonly name: string;
}

export interface DoorHandlers {
  handleRequest(call: DoorCall, request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(call: DoorCall, request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Where the functions' calls to AWS's names arrive. Each connection begins with a line, `secret processId name`,
 * written by `functions/aws-names.mjs`; what follows is HTTP. Whoever does not know the secret is cut off: a
 * page of a browser cannot get in.
 */
export interface HomeDoor extends LoopbackServer {
  readonly secret: string;
  /** From now on calls are served; before, they are cut off. */
  serve(handlers: DoorHandlers): void;
}

const FIRST_LINE_LIMIT = 512;

export async function openHomeDoor(): Promise<HomeDoor> {
  const secret = randomBytes(16).toString("hex");
  const calls = new WeakMap<Duplex, DoorCall>();
  let handlers: DoorHandlers | undefined;

  // Idle connections stay: a function between two requests must not meet one that is just being closed.
  const http = createHttpServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    const call = calls.get(request.socket);
    if (call === undefined || handlers === undefined) request.socket.destroy();
    else handlers.handleRequest(call, request, response);
  });
  http.on("upgrade", (request, socket, head) => {
    const call = calls.get(socket);
    if (call === undefined || handlers === undefined) socket.destroy();
    else handlers.handleUpgrade(call, request, socket, head);
  });

  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    readFirstLine(socket, (line) => {
      const [given, processId = "", name = ""] = line.split(" ");
      if (given !== secret) return void socket.destroy();
      calls.set(socket, { processId, name });
      http.emit("connection", socket);
    });
  });
  const listening = await listenOnLoopback(server);
  return {
    port: listening.port,
    secret,
    serve: (ready) => (handlers = ready),
    close: async () => {
      const closed = listening.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Calls back with the first line, without its end; what came behind it stays to be read. */
function readFirstLine(socket: Socket, onLine: (line: string) => void): void {
  let read = Buffer.alloc(0);
  const look = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf("\n");
    if (end < 0 && read.length <= FIRST_LINE_LIMIT) return;
    socket.off("readable", look);
    if (end < 0) return void socket.destroy();
    if (end + 1 < read.length) socket.unshift(read.subarray(end + 1));
    onLine(read.toString("latin1", 0, end));
  };
  socket.on("readable", look);
}
