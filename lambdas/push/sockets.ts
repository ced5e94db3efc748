import {
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { inParallel } from "../chat/in-parallel.ts";
import type { Sockets, Log, Push, PushOutcome } from "../chat/ports.ts";

/** Bounds of one fan-out. */
export interface PushLimits {
  /** Pushes under way at once: the SDK's own pool has 50 sockets. */
  readonly concurrency: number;
  /** How long one push may take in all, its retries included: a slow recipient delays nobody for longer. */
  readonly deadlineMs: number;
}

/** What deployed functions push by. */
export const PUSH_LIMITS: PushLimits = { concurrency: 50, deadlineMs: 3_000 };

/** Pushes through the management API. The client retries 429 and 5xx, at most twice, with jitter. */
export function createSockets(
  client: ApiGatewayManagementApiClient,
  log: Log,
  limits: PushLimits = PUSH_LIMITS,
): Sockets {
  const attempt = async (
    what: string,
    target: string,
    call: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<PushOutcome> => {
    try {
      await call(AbortSignal.timeout(limits.deadlineMs));
      return "delivered";
    } catch (cause) {
      if (cause instanceof GoneException) return "gone";
      log.warn(`${what} failed`, { target, cause: cause instanceof Error ? cause.name : "unknown" });
      return "failed";
    }
  };

  return {
    push(pushes) {
      // Most of a fan-out is one frame to many: encode each once.
      const encoded = new Map<Push["frame"], Uint8Array>();
      const encode = (frame: Push["frame"]): Uint8Array => {
        let data = encoded.get(frame);
        if (!data) encoded.set(frame, (data = Buffer.from(JSON.stringify(frame))));
        return data;
      };
      return inParallel(pushes, limits.concurrency, ({ connectionId, frame }) =>
        attempt("push", connectionId, (abortSignal) =>
          client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: encode(frame) }), {
            abortSignal,
          }),
        ),
      );
    },

    async close(connectionIds) {
      const outcomes = await inParallel(connectionIds, limits.concurrency, (connectionId) =>
        attempt("close", connectionId, (abortSignal) =>
          client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }), { abortSignal }),
        ),
      );
      return outcomes.map((outcome) => (outcome === "delivered" ? "closed" : outcome));
    },
  };
}
