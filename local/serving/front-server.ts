import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { asksForWebSocket, serveWithoutUpgrade, toOriginForm } from "./request-form.ts";
import { listenOnLoopback, type LoopbackServer } from "./loopback-server.ts";

export interface FrontHandlers {
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface FrontServer extends LoopbackServer {
  /** From now on requests are served; before, they are told to come back. */
  serve(handlers: FrontHandlers): void;
}

export type FrontServerOutcome =
  | { readonly type: "listening"; readonly server: FrontServer }
  /** One sentence. */
  | { readonly type: "failed"; readonly message: string };

/** The one address everything is reached at. */
export async function listen(port: number): Promise<FrontServerOutcome> {
  let handlers: FrontHandlers | undefined;
  const server = createServer((request, response) => {
    toOriginForm(request);
    if (handlers !== undefined) handlers.handleRequest(request, response);
    // A browser that was quicker than the start comes back by itself.
    else response.writeHead(503, { "retry-after": "1", refresh: "1" }).end('{"message":"Starting"}');
  });
  server.on("upgrade", (request, socket, head) => {
    if (!asksForWebSocket(request)) return serveWithoutUpgrade(server, request, socket, head);
    toOriginForm(request);
    if (handlers !== undefined) handlers.handleUpgrade(request, socket, head);
    else socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
  });
  try {
    const listening = await listenOnLoopback(server, port);
    return {
      type: "listening",
      server: { ...listening, serve: (ready) => (handlers = ready) },
    };
  } catch (failure) {
    return { type: "failed", message: reasonOf(failure as NodeJS.ErrnoException, port) };
  }
}

function reasonOf(failure: NodeJS.ErrnoException, port: number): string {
  switch (failure.code) {
    case "EADDRINUSE":
      return `Port ${port} is taken: stop what uses it, or choose another with --port (0 picks a free one).`;
    case "EACCES":
      return `Port ${port} may not be used without more rights: choose another with --port.`;
    default:
      return `Port ${port} cannot be listened on: ${failure.message}.`;
  }
}
