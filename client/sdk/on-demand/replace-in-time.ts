import type { Socket } from "../connection/socket.ts";
import { backOff, pause } from "../environment.ts";
import type { Sockets } from "../offered.ts";

/** API Gateway ends every socket after two hours. */
const RENEW_MS = 110 * 60_000;
const RENEW_SPREAD_MS = 5 * 60_000;
/** How long before its token ends a socket is replaced, and up to twice that; of a short-lived token its last third. */
const TOKEN_LEAD_MS = 60_000;
/** A token may be out of date when it is given, a clock may jump: no socket is replaced sooner. */
const LEAST_MS = 5_000;
/** How long a new socket may take to catch up before it replaces the old one all the same. */
const CATCH_UP_MS = 30_000;

/**
 * Replaces each socket before it would end by itself, until `signal` is aborted: the next one opens, joins and syncs,
 * and only then the old one closes, so that no event is missed.
 */
export async function replaceInTime(sockets: Sockets, signal: AbortSignal): Promise<void> {
  const { environment, tokens, handlers } = sockets;
  const { now, random, logger } = environment;
  while (sockets.socket && !signal.aborted) {
    const old = sockets.socket;
    const due = endOf(sockets, old);
    while (sockets.socket === old && now() < due && !signal.aborted) {
      await sockets.pause(due - now(), signal);
    }
    if (sockets.socket !== old || signal.aborted) continue;
    try {
      const next = await sockets.openWith(await tokens.renew());
      if (signal.aborted) return next.close();
      sockets.next = next;
      await Promise.race([handlers.opened(next, false), pause(CATCH_UP_MS, next.ended)]);
      if (sockets.socket === old && next.isOpen) {
        sockets.socket = next;
        sockets.next = null;
        old.retire();
      }
      if (sockets.socket !== next) throw new Error("The next socket was lost.");
    } catch (cause) {
      logger.debug("failed", { cause });
      await pause(backOff(1, random), signal);
    }
  }
}

/** When a socket is to be replaced, by the clock here. */
function endOf({ environment, tokens }: Sockets, { token, openedAt }: Socket): number {
  const { now, random } = environment;
  const byAge = openedAt + RENEW_MS + (2 * random() - 1) * RENEW_SPREAD_MS;
  // Many may have been given at one moment.
  const lead = (1 + random()) * Math.min(TOKEN_LEAD_MS, token.lifetimeMs / 3);
  return Math.max(openedAt + LEAST_MS, Math.min(byAge, now() + tokens.endsIn(token) - lead));
}
