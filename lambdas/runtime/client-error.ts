import type { Chat } from "../chat/chat.ts";
import { REFUSED } from "../chat/metrics.ts";
import { Refusal } from "../chat/model/refusal.ts";
import type { ErrorCode } from "../protocol/codes.ts";

/** An error as a client may see it. */
export interface ClientError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

/** A refusal is told as it stands; everything else is ours, logged with its cause and never echoed. */
export function toClientError(
  error: unknown,
  chat: Pick<Chat, "log" | "metrics">,
  route: string,
): ClientError {
  if (error instanceof Refusal) {
    chat.metrics.count(REFUSED[error.code]);
    return { code: error.code, message: error.message, retryAfterSeconds: error.retryAfterSeconds };
  }
  reportFailure(error, chat, route);
  return {
    code: "INTERNAL",
    message: "Something went wrong on our side; try again.",
    retryAfterSeconds: null,
  };
}

/** What went wrong on our side, for the operator alone. */
export function reportFailure(error: unknown, chat: Pick<Chat, "log" | "metrics">, route: string): void {
  chat.metrics.count(REFUSED.INTERNAL);
  chat.log.error("request failed", error, { route });
}
