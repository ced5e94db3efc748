import { BELIEFS } from "../beliefs.ts";
import type { GatewayLimits } from "../limits.ts";
import type { ConnectionRegistry } from "./connection-registry.ts";

const LOOK_EVERY_MS = 100;

/**
 * Closes connections that are idle or too old. It looks again and again instead of arming a timer for each:
 * the limits may be changed while connections live. Returns the function that ends it.
 */
export function watchLifetimes(registry: ConnectionRegistry, limits: GatewayLimits): () => void {
  const timer = setInterval(() => {
    const now = Date.now();
    for (const connection of registry.all()) {
      if (connection.closing !== null) continue;
      if (now - connection.facts.connectedAt >= limits.lifetimeMs) connection.close(BELIEFS.lifetimeClose);
      else if (now - connection.lastActiveAt >= limits.idleMs) {
        connection.close({ code: 1001, reason: "Going away" });
      }
    }
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
