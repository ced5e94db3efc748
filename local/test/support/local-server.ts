import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LocalServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A small HTTP server on a free port of 127.0.0.1; the answer is given once the body has arrived. */
export async function startLocalServer(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    // Of the handlers' clock, which a test may have moved: else the SDK takes it for wrong, and a 403 for that.
    response.setHeader("date", new Date(Date.now()).toUTCString());
    request.on("end", () => answer(request, Buffer.concat(chunks).toString("utf8"), response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A URL on 127.0.0.1 where nobody listens. */
export async function closedUrl(): Promise<string> {
  const server = await startLocalServer((_request, _body, response) => response.end());
  await server.close();
  return server.url;
}
