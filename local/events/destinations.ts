import type { DestinationModel } from "../assembly/messaging-model.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import type { FindQueue } from "./queue-handle.ts";

/** Delivers to where nobody waits for an answer; resolves when it is through, whatever came of it. */
export type Deliver = (
  destination: DestinationModel,
  /** The text of a JSON value. */
  payload: string,
  /** For the log line of an invocation. */
  cause: string,
) => Promise<void>;

export function createDeliver(parts: {
  readonly invoker: FunctionInvoker;
  readonly findQueue: FindQueue;
  readonly publish: (topicArn: string, message: string) => void;
}): Deliver {
  return async (destination, payload, cause) => {
    switch (destination.type) {
      case "function":
        await parts.invoker.invoke(destination.functionId, parsed(payload), { cause });
        return;
      case "queue":
        parts.findQueue({ arn: destination.queueArn })?.send(payload);
        return;
      case "topic":
        parts.publish(destination.topicArn, payload);
    }
  };
}

/** A constant input need not be JSON; then it is a text. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
