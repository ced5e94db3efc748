import type { ErrorCode } from "../../lambdas/protocol/codes.ts";

/** The protocol's codes, and `NETWORK`: no answer came, or none that says what became of it. */
export type ChatErrorCode = ErrorCode | "NETWORK";

const PASSING: ReadonlySet<ChatErrorCode> = new Set(["NETWORK", "INTERNAL", "RATE_LIMITED", "UNAUTHORIZED"]);

/** Why something was not done. */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: ChatErrorCode;
  /** How long the server asks to be left alone, in milliseconds; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(code: ChatErrorCode, message: string, cause?: unknown, retryAfterMs: number | null = null) {
    super(message, { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same may be accepted later. */
  get retryable(): boolean {
    return PASSING.has(this.code);
  }
}

/** No answer came, or none that tells what became of what was asked. */
export const lost = (message = "The connection was lost.", cause?: unknown): ChatError =>
  new ChatError("NETWORK", message, cause);

/** Anything thrown, as a `ChatError`. */
export const toChatError = (cause: unknown): ChatError =>
  cause instanceof ChatError ? cause : lost(String(cause), cause);
