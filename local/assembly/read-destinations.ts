import type { FunctionModel, QueueModel } from "./model.ts";
import type { DestinationModel } from "./messaging-model.ts";
import { functionBehind } from "./read-functions.ts";

export interface Destinations {
  readonly functions: readonly FunctionModel[];
  readonly queues: readonly QueueModel[];
  readonly topicArns: readonly string[];
}

/** What an ARN in the app stands for, if something can be delivered to it. */
export function destinationBehind(
  arn: string | undefined,
  { functions, queues, topicArns }: Destinations,
): DestinationModel | undefined {
  if (arn === undefined) return undefined;
  const called = functionBehind(arn, functions);
  if (called !== undefined) return { type: "function", functionId: called.id };
  if (queues.some((queue) => queue.arn === arn)) return { type: "queue", queueArn: arn };
  return topicArns.includes(arn) ? { type: "topic", topicArn: arn } : undefined;
}
