import type { Context } from "aws-lambda";
import type { Log } from "../chat/ports.ts";
import type { MetricsWriter } from "./metrics.ts";
import { addToTrace, within, type PartialTrace } from "./trace.ts";

/** What is read of what Lambda tells a handler beside the event. */
export type InvocationContext = Pick<Context, "awsRequestId">;

/** A function's handler, as Lambda calls it. */
export type Handler<E, R> = (event: E, context?: InvocationContext) => Promise<R>;

/**
 * Binds every line that the handler logs to its invocation. Lambda adds its request id to what goes through
 * `console` only, and of an error that the handler throws it knows neither connection nor user: that is
 * logged here too, unless it is an answer (`isAnswer`). Metrics that are due are written as invocations begin
 * and end: between them an environment is frozen.
 */
export const observed =
  <E, R>(
    { log, metrics }: { readonly log: Log; readonly metrics?: MetricsWriter },
    handler: (event: E) => Promise<R>,
    traceOf: (event: E) => PartialTrace = () => ({}),
    isAnswer: (error: unknown) => boolean = () => false,
  ): Handler<E, R> =>
  (event, context) =>
    within({ requestId: context?.awsRequestId }, async () => {
      try {
        metrics?.invocationBegins();
        addToTrace(traceOf(event));
        return await handler(event);
      } catch (error) {
        if (!isAnswer(error)) log.error("invocation failed", error);
        throw error;
      } finally {
        metrics?.invocationEnds();
      }
    });
