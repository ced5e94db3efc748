import type { AddressInfo, Server } from "node:net";

/** A server of this machine's own, on a free port. */
export interface LoopbackServer {
  readonly port: number;
  /** Breaks off what is open; resolves when the port is free. */
  readonly close: () => Promise<void>;
}

/**
 * An IPv4 address rather than `localhost`: it means the same to every client, whichever family its resolver
 * prefers.
 */
export const HOST = "127.0.0.1";

/** Rejects with the system's error where the port cannot be had; 0 picks a free one. */
export async function listenOnLoopback(
  server: Server & { readonly closeAllConnections?: () => void },
  port = 0,
): Promise<LoopbackServer> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections?.();
      }),
  };
}
