import type { HttpRoute } from "../../lambdas/protocol/routes.ts";
import type { TestTable } from "../../test/support/engine.ts";

/** Everything that operations are run on: the functions, the table, its stream and the worker behind it. */
export interface Stage {
  readonly table: TestTable;
  person(claims?: Readonly<Record<string, string>>): Caller;
  /** Each of them comes to have a device, in no room. */
  connectAll(userIds: readonly string[]): Promise<void>;
  /** The functions remember nothing from now on. */
  forget(): void;
  /** Moves everybody's clock on. */
  passTime(ms: number): void;
  /** What was prepared leaves the worker nothing to do. */
  clear(): Promise<void>;
}

/** Somebody with a token. */
export interface Caller {
  readonly id: string;
  http(request: HttpCall): Promise<{ readonly status: number; readonly body: unknown }>;
  connect(): Promise<CallerDevice>;
  /** The one conversation with somebody who exists. */
  conversationWith(other: { readonly id: string }): Promise<string>;
}

export interface HttpCall {
  readonly route: HttpRoute;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One open connection of somebody. */
export interface CallerDevice {
  /** The data of the ack; any other answer fails. */
  act(action: string, fields: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** A frame without an answer; resolves when its function is through. */
  send(frame: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Through the gateway and no function, where there is a gateway. */
  ping(): Promise<void>;
  /** Resolves when `$disconnect` is through. */
  disconnect(): Promise<void>;
}
