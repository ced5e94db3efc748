import type { Terminal } from "./terminal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { ConnectionJournal } from "../gateway/websocket/connection-journal.ts";

/** Connections that died with a killed local cloud: the functions learn of it before anything else. */
export async function disconnectLost(
  gateway: Gateway,
  journal: ConnectionJournal | undefined,
  terminal: Terminal,
): Promise<void> {
  const lost = journal?.lost ?? [];
  if (lost.length === 0) return;
  terminal.info(`The previous run ended without closing ${lost.length} connections: disconnecting them now.`);
  await gateway.deliverLostDisconnects(lost);
}
