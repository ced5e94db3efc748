import type { FunctionInvoker, InvocationResult } from "../functions/invocation.ts";
import type { Faults } from "./faults.ts";

/** Calls functions for the event sources: what streams and queues deliver may come late and twice. */
export function disturbDeliveries(
  invoker: FunctionInvoker,
  faults: Pick<Faults, "planDelivery" | "wait">,
): FunctionInvoker {
  return {
    invoke: async (functionId, event, options) => {
      const source = sourceOf(event);
      if (source === null) return invoker.invoke(functionId, event, options);
      const { delayMs, isDoubled } = faults.planDelivery();
      if (delayMs > 0) await faults.wait(delayMs);
      const deliver = (): Promise<InvocationResult> => invoker.invoke(functionId, event, options);
      if (!isDoubled) return deliver();
      switch (source) {
        case "queue": {
          // Two receivers may hold copies of one message at once.
          const [first, second] = await Promise.all([deliver(), deliver()]);
          return first.type === "ok" ? second : first;
        }
        case "stream":
          // A shard's records stay in order: the batch comes again only once it has been through.
          await deliver();
          return deliver();
      }
    },
  };
}

/** Told by the event itself: the records of both sources say where they come from. */
function sourceOf(event: unknown): "stream" | "queue" | null {
  const { Records: records } = (event ?? {}) as { Records?: readonly { eventSource?: unknown }[] };
  switch (Array.isArray(records) ? (records as { eventSource?: unknown }[])[0]?.eventSource : null) {
    case "aws:dynamodb":
      return "stream";
    case "aws:sqs":
      return "queue";
    default:
      return null;
  }
}
