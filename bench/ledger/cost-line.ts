import { PRICES, type Taken } from "../costs/prices.ts";

/** One operation, with all that the worker does of it afterwards, gathered with nothing else. */
export interface CostLine extends Taken {
  readonly operation: string;
  readonly databaseCalls: number;
  /** Database calls that wait for one another: before the first push, or before the answer where nothing is pushed. */
  readonly roundTrips: number;
  readonly httpRequests: number;
  /** Of functions' logs, and of the HTTP API's access log. */
  readonly loggedBytes: number;
  /** What of the units is the worker's. */
  readonly worker: { readonly WRU: number; readonly RRU: number; readonly invocations: number };
  /** For a million, at list prices. */
  readonly dollars: number;
  /** With nothing but its own write or read, one invocation and its deliveries. */
  readonly floorDollars: number;
}

/** What cannot be measured on a laptop and decides about the bill: what functions have, and take. */
const ASSUMED = { memoryGigabytes: 1, milliseconds: 25 } as const;

/** The HTTP API's access log, of each request (docs/operations.md, "Logs"). */
export const ACCESS_LOG_BYTES = 300;

export const SERVICES = ["API Gateway", "Lambda", "DynamoDB", "SQS", "CloudWatch"] as const;
export type Service = (typeof SERVICES)[number];

type Billed = Pick<
  CostLine,
  "gatewayMessages" | "httpRequests" | "invocations" | "WRU" | "RRU" | "queueRequests" | "loggedBytes"
>;

/** Dollars for a million, by service. */
export function dollarsByService(taken: Billed): Readonly<Record<Service, number>> {
  const { memoryGigabytes, milliseconds } = ASSUMED;
  const invocation = PRICES.invocation + memoryGigabytes * milliseconds * PRICES.millisecondOfGigabyte;
  return {
    "API Gateway": taken.gatewayMessages * PRICES.gatewayMessage + taken.httpRequests * PRICES.httpRequest,
    Lambda: taken.invocations * invocation,
    DynamoDB: taken.WRU * PRICES.writeUnit + taken.RRU * PRICES.readUnit,
    SQS: taken.queueRequests * PRICES.queueRequest,
    CloudWatch: taken.loggedBytes * PRICES.loggedByte,
  };
}

/** To the cent: what a million costs is not known better. */
export const dollarsOf = (taken: Billed): number =>
  Math.round(Object.values(dollarsByService(taken)).reduce((sum, dollars) => sum + dollars, 0) * 100) / 100;

/** What an operation would write and read at least. */
export interface Floor {
  readonly WRU: number;
  readonly RRU: number;
}

/** The same frame, answer and pushes, one invocation where any function has its hand in it, and the floor's units. */
export const floorDollarsOf = (line: Billed, floor: Floor): number =>
  dollarsOf({
    ...floor,
    gatewayMessages: line.gatewayMessages,
    httpRequests: line.httpRequests,
    invocations: Math.min(1, line.invocations),
    queueRequests: 0,
    loggedBytes: 0,
  });
