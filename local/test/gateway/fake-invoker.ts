import { startDeadline } from "../support/pace.ts";
import type { FunctionInvoker, InvocationResult, InvokeOptions } from "../../functions/invocation.ts";

export interface Call {
  readonly functionId: string;
  readonly event: Record<string, unknown>;
  readonly options: InvokeOptions;
}

export type Handler = (event: Record<string, unknown>, call: Call) => unknown;

/** Runs functions as plain callbacks and remembers every call. A handler that throws is a failed function. */
export class FakeInvoker implements FunctionInvoker {
  readonly calls: Call[] = [];
  readonly #handlers = new Map<string, Handler>();
  #listeners: (() => void)[] = [];

  on(functionId: string, handler: Handler): this {
    this.#handlers.set(functionId, handler);
    return this;
  }

  async invoke(functionId: string, event: unknown, options: InvokeOptions = {}): Promise<InvocationResult> {
    const call = { functionId, event: event as Record<string, unknown>, options };
    this.calls.push(call);
    for (const listener of this.#listeners) listener();
    const requestId = `request-${this.calls.length}`;
    try {
      const payload = await this.#handlers.get(functionId)?.(call.event, call);
      if (payload === TIMEOUT) return { type: "timeout", requestId };
      // As the runtime hands it over: undefined is null, and nothing but JSON gets through.
      return { type: "ok", payload: JSON.parse(JSON.stringify(payload ?? null)) as unknown, requestId };
    } catch (cause) {
      const errorMessage = cause instanceof Error ? cause.message : String(cause);
      return { type: "error", errorType: "Error", errorMessage, requestId };
    }
  }

  /** The calls whose event is of this route. */
  of(routeKey: string): Call[] {
    return this.calls.filter(({ event }) => {
      const context = event["requestContext"] as { routeKey?: string } | undefined;
      return context?.routeKey === routeKey && event["type"] !== "REQUEST";
    });
  }

  /** Resolves once `count` calls of a route have been made. */
  async until(routeKey: string, count = 1): Promise<Call[]> {
    await this.#when(() => this.of(routeKey).length >= count, `${count} × ${routeKey}`);
    return this.of(routeKey);
  }

  async #when(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const deadline = startDeadline(10_000, () => reject(new Error(`never came: ${what}`)));
      this.#listeners.push(() => {
        if (!condition()) return;
        deadline.cancel();
        resolve();
      });
    });
  }
}

/** What a handler returns to have its invocation time out. */
export const TIMEOUT = Symbol("timeout");
