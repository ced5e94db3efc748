import type { ErrorCode } from "../../protocol/codes.ts";

/** Why a request is refused: the client's mistake or the client's limit, told to the client as it stands. */
export class Refusal extends Error {
  readonly code: Exclude<ErrorCode, "INTERNAL">;
  /** Seconds to wait, with `RATE_LIMITED`. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: Exclude<ErrorCode, "INTERNAL">,
    message: string,
    retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const noSuchRoute = (): Refusal => new Refusal("NOT_FOUND", "There is no such route.");
export const noSuchConversation = (): Refusal =>
  new Refusal("NOT_FOUND", "There is no conversation with this id.");
export const noSuchUser = (): Refusal => new Refusal("NOT_FOUND", "There is no user with this id.");
export const notAParticipant = (): Refusal =>
  new Refusal("FORBIDDEN", "You are not a participant of this conversation.");
export const notRegistered = (): Refusal =>
  new Refusal("UNAUTHORIZED", "This connection is no longer registered: connect again.");
export const signedOut = (): Refusal => new Refusal("UNAUTHORIZED", "You were signed out: sign in again.");
export const noSuchMessage = (): Refusal =>
  new Refusal("NOT_FOUND", "There is no message with this seq in the conversation.");
export const notAGroup = (): Refusal =>
  new Refusal("CONFLICT", "This is a conversation of two: only a group has members and details.");
