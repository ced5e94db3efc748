import { pause } from "../environment.ts";
import type { Sockets } from "../offered.ts";

/** API Gateway ends a socket that is idle for ten minutes, and what is between often sooner. */
const HEARTBEAT_MS = 4 * 60_000;

/** Says something on the socket that serves every now and then, until `signal` is aborted. */
export async function beat(sockets: Sockets, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(HEARTBEAT_MS, signal);
    if (signal.aborted) return;
    sockets.socket?.ping();
  }
}
