import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { startDeadline } from "../support/pace.ts";

/** Holds functions up: whoever asks for the URL is answered once the gate has been opened. */
export interface Gate {
  readonly url: string;
  /** Resolves once so many functions wait at it. */
  reached(count?: number): Promise<void>;
  open(): void;
  close(): Promise<void>;
}

const DEADLINE_MS = 15_000;

export async function openGate(): Promise<Gate> {
  const held: ServerResponse[] = [];
  let arrivals = 0;
  let isOpen = false;
  let onArrival: () => void = () => undefined;
  const server = createServer((_req, res) => {
    arrivals += 1;
    if (isOpen) res.end();
    else held.push(res);
    onArrival();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const open = (): void => {
    isOpen = true;
    for (const res of held.splice(0)) res.end();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    reached: (count = 1) =>
      new Promise((resolve, reject) => {
        const deadline = startDeadline(DEADLINE_MS, () =>
          reject(new Error(`never came: ${count} function(s) at the gate`)),
        );
        onArrival = () => {
          if (arrivals < count) return;
          deadline.cancel();
          resolve();
        };
        onArrival();
      }),
    close: () =>
      new Promise((resolve) => {
        open();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
