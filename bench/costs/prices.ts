/**
 * List prices of us-east-1 in dollars a million, without any free tier, as the services' price pages have them in
 * November 2026.
 */
export const PRICES = {
  /** A WebSocket message of up to 32 KB, either way: a frame, an answer, a push. */
  gatewayMessage: 1,
  /** A unit of an on-demand table. */
  writeUnit: 0.625,
  readUnit: 0.125,
  /** An invocation of a function, without its duration. */
  invocation: 0.2,
  /** A million milliseconds of a function with 1 GB on arm64: $0.0000133334 a GB-second. */
  millisecondOfGigabyte: 0.0133334,
  /** A request to a standard queue of up to 64 KB: a batch sent, received or deleted is one. */
  queueRequest: 0.4,
  /** A request to an HTTP API of up to 512 KB. */
  httpRequest: 1,
  /** A million bytes of a log taken in: $0.50 a GB. */
  loggedByte: 0.0005,
} as const;

/** What something takes of each of the services. */
export interface Taken {
  /** The frame, its answer and the pushes. */
  readonly gatewayMessages: number;
  readonly WRU: number;
  readonly RRU: number;
  readonly invocations: number;
  readonly queueRequests: number;
}

/** Dollars for a million of it, the functions' duration left out. */
export const dollarsAMillion = (taken: Taken): number =>
  taken.gatewayMessages * PRICES.gatewayMessage +
  taken.WRU * PRICES.writeUnit +
  taken.RRU * PRICES.readUnit +
  taken.invocations * PRICES.invocation +
  taken.queueRequests * PRICES.queueRequest;
