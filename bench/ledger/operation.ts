import type { Action, HttpRoute, PING } from "../../lambdas/protocol/routes.ts";
import type { Floor } from "./cost-line.ts";

/** How something begins, which decides what of it is billed beside the database. */
export type Beginning =
  | "frame"
  | "frame without an answer"
  | "frame for the gateway"
  | "request"
  | "connect"
  | "disconnect"
  | "clock";

/** What architecture promises of an operation's own part, without the worker's. */
export interface Goal {
  readonly WRU?: number;
  readonly RRU?: number;
  readonly roundTrips?: number;
  readonly gatewayMessages?: number;
}

export interface Operation {
  readonly operation: string;
  readonly begins: Beginning;
  readonly of: Action | HttpRoute | "$connect" | "$disconnect" | typeof PING | "sweep";
  readonly floor: Floor;
  readonly goal?: Goal;
  /** By how much it misses its goal, and why: it may not miss it by more. */
  readonly gap?: Goal & { readonly why: string };
  /** Not counted, nor what the worker does of it. */
  readonly prepare?: () => Promise<unknown>;
  readonly run: () => Promise<unknown>;
}
