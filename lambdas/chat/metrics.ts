import type { ErrorCode } from "../protocol/codes.ts";

/** The namespace of every metric below in CloudWatch. */
export const METRIC_NAMESPACE = "Parley";

/** The one dimension: whoever counts by user or conversation pays for a metric each. */
export const METRIC_DIMENSION = "Stage";

/** What operations and steps count: how often it happened. */
export const COUNTERS = [
  /** Messages stored, each once. */
  "Sends",
  /** Sends that were recognized as repeats of a message stored before. */
  "Repeats",
  /** Changes of messages stored: edits, deletions, reactions and pins, each once. */
  "Changes",
  /** Slots that a send wanted and found taken by somebody else's message. */
  "AppendConflicts",
  /** Heads that lagged behind the log when the sender repeated its send. */
  "HeadsRepairedByRepeat",
  /** Heads that lagged behind the log when the worker looked: their sender died. */
  "HeadsRepairedByWorker",
  /** Events for connections, by what became of them. */
  "PushesDelivered",
  "PushesGone",
  "PushesFailed",
  /** Those that had no outcome before the answer had to go: the worker tells them again. */
  "PushesLate",
  /** Frames with several events, and how many of those delivered went in them. */
  "BatchesDelivered",
  "PushesBatched",
  /** Presence transitions that peers are told of. */
  "WentOnline",
  "WentOffline",
  /** Users whom the sweep found online, or leaving, for too long. */
  "GhostsSwept",
  /** Requests refused, by code. */
  "RefusedInvalidRequest",
  "RefusedUnauthorized",
  "RefusedForbidden",
  "RefusedNotFound",
  "RefusedConflict",
  "RefusedPayloadTooLarge",
  "RefusedRateLimited",
  "RefusedInternal",
] as const;

export type Counter = (typeof COUNTERS)[number];

/** What is measured, with its unit as CloudWatch names it. */
export const DISTRIBUTIONS = {
  /** From the first push of a fan-out until the outcome of its last, retries included. */
  FanOutTime: "Milliseconds",
} as const;

export type Distribution = keyof typeof DISTRIBUTIONS;

/** The counter of each refusal. */
export const REFUSED: { readonly [C in ErrorCode]: Counter } = {
  INVALID_REQUEST: "RefusedInvalidRequest",
  UNAUTHORIZED: "RefusedUnauthorized",
  FORBIDDEN: "RefusedForbidden",
  NOT_FOUND: "RefusedNotFound",
  CONFLICT: "RefusedConflict",
  PAYLOAD_TOO_LARGE: "RefusedPayloadTooLarge",
  RATE_LIMITED: "RefusedRateLimited",
  INTERNAL: "RefusedInternal",
};
