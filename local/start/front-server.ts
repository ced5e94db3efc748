import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

export interface FrontHandlers {
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface FrontServer {
  readonly port: number;
  /** From now on requests are served; before, they are told to come back. */
  serve(handlers: FrontHandlers): void;
  close(): Promise<void>;
}

export type FrontServerOutcome =
  | { readonly type: "listening"; readonly server: FrontServer }
  /** One sentence. */
  | { readonly type: "failed"; readonly message: string };

/**
 * The one address everything is reached at. An IPv4 address rather than `localhost`: it means the same to
 * every client, whichever family its resolver prefers.
 */
export const HOST = "127.0.0.1";

export async function listen(port: number): Promise<FrontServerOutcome> {
  let handlers: FrontHandlers | undefined;
  const server = createServer((request, response) => {
    if (handlers !== undefined) handlers.handleRequest(request, response);
    else response.writeHead(503, { "retry-after": "1" }).end('{"message":"Starting"}');
  });
  server.on("upgrade", (request, socket, head) => {
    if (handlers !== undefined) handlers.handleUpgrade(request, socket, head);
    else socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
  });
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once("error", resolve);
    server.listen(port, HOST, () => resolve(undefined));
  });
  if (failure !== undefined) return { type: "failed", message: reasonOf(failure, port) };
  return {
    type: "listening",
    server: {
      port: (server.address() as AddressInfo).port,
      serve: (ready) => (handlers = ready),
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    },
  };
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
