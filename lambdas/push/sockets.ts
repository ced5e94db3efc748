import {
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { setTimeout as pause } from "node:timers/promises";
import { inParallel } from "../chat/in-parallel.ts";
import type { CloseOutcome, Sockets, Log, Push, PushOutcome } from "../chat/ports.ts";

/** Bounds of one fan-out. */
export interface PushLimits {
  /** Pushes under way at once: the SDK's own pool has 50 sockets. */
  readonly concurrency: number;
  /** How long one push may take in all, its retries included: a slow recipient delays nobody for longer. */
  readonly deadlineMs: number;
}

/** What deployed functions push by. */
export const PUSH_LIMITS: PushLimits = { concurrency: 50, deadlineMs: 3_000 };

/** How often one push is tried: again after 429, 5xx and a lost connection. */
const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 50;

/**
 * Pushes through the management API. What is tried again is so here, and not by the client: its pauses cannot be cut
 * short, and whoever waits for the answer would wait them out.
 */
export function createSockets(
  client: ApiGatewayManagementApiClient,
  log: Log,
  limits: PushLimits = PUSH_LIMITS,
): Sockets {
  const attempt = async (
    what: string,
    target: string,
    call: (signal: AbortSignal) => Promise<unknown>,
    hurry: AbortSignal | null,
  ): Promise<PushOutcome> => {
    if (hurry?.aborted) return "late";
    const deadline = AbortSignal.timeout(limits.deadlineMs);
    try {
      await persist(call, hurry ? AbortSignal.any([deadline, hurry]) : deadline);
      return "delivered";
    } catch (cause) {
      if (cause instanceof GoneException) return "gone";
      if (hurry?.aborted) return "late";
      log.warn(`${what} failed`, { target, cause: cause instanceof Error ? cause.name : "unknown" });
      return "failed";
    }
  };

  return {
    push(pushes, withinMs) {
      const hurry = withinMs === undefined ? null : AbortSignal.timeout(withinMs);
      // Most of a fan-out is one frame to many: encode each once.
      const encoded = new Map<Push["frame"], Uint8Array>();
      const encode = (frame: Push["frame"]): Uint8Array => {
        let data = encoded.get(frame);
        if (!data) encoded.set(frame, (data = Buffer.from(JSON.stringify(frame))));
        return data;
      };
      return inParallel(pushes, limits.concurrency, ({ connectionId, frame }) =>
        attempt(
          "push",
          connectionId,
          (abortSignal) =>
            client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: encode(frame) }), {
              abortSignal,
            }),
          hurry,
        ),
      );
    },

    async close(connectionIds, withinMs) {
      const hurry = withinMs === undefined ? null : AbortSignal.timeout(withinMs);
      const outcomes = await inParallel(connectionIds, limits.concurrency, (connectionId) =>
        attempt(
          "close",
          connectionId,
          (abortSignal) =>
            client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }), { abortSignal }),
          hurry,
        ),
      );
      return outcomes.map((outcome): CloseOutcome => {
        if (outcome === "delivered") return "closed";
        return outcome === "late" ? "failed" : outcome;
      });
    },
  };
}

async function persist(
  call: (signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call(signal);
    } catch (cause) {
      if (tries === MAX_TRIES || signal.aborted || !mayPass(cause)) throw cause;
    }
    await pause(Math.random() * FIRST_PAUSE_MS * 2 ** tries, undefined, { signal });
  }
}

/** Throttled, the service's fault, or no answer at all. */
function mayPass(cause: unknown): boolean {
  const { httpStatusCode: status } = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return status === undefined || status === 429 || status >= 500;
}
