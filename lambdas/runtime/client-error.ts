import { Refusal } from "../chat/model/refusal.ts";
import type { Log } from "../chat/ports.ts";
import type { ErrorCode } from "../protocol/codes.ts";

/** An error as a client may see it. */
export interface ClientError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

/** A refusal is told as it stands; everything else is ours, logged with its cause and never echoed. */
export function toClientError(error: unknown, log: Log, route: string): ClientError {
  if (error instanceof Refusal) {
    return { code: error.code, message: error.message, retryAfterSeconds: error.retryAfterSeconds };
  }
  log.error("request failed", error, { route });
  return {
    code: "INTERNAL",
    message: "Something went wrong on our side; try again.",
    retryAfterSeconds: null,
  };
}
