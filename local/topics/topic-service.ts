import { randomUUID } from "node:crypto";
import type { AppModel } from "../assembly/model.ts";
import type { SubscriptionModel, TopicModel } from "../assembly/messaging-model.ts";
import { passesFilters } from "../events/filter-pattern.ts";
import type { FindQueue } from "../events/queue-handle.ts";
import type { MessageAttributes } from "../events/queue.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import { envelope, lambdaEvent, type Notification } from "./notification.ts";

export interface Publication {
  readonly topicArn: string;
  readonly message: string;
  /** What a protocol gets instead of the message: `lambda`, `sqs`. */
  readonly byProtocol?: Readonly<Record<string, string>>;
  readonly subject?: string;
  readonly attributes: MessageAttributes;
  /** X-Ray's, of the request that publishes it: Lambda ends loops through topics by it too. */
  readonly traceHeader?: string | undefined;
}

/** Brings what is published to every subscription whose filter it passes. */
export interface TopicService {
  /** The message's id; undefined for a topic that is not part of the app. */
  publish(publication: Publication): string | undefined;
}

export function createTopicService(options: {
  readonly model: () => Pick<AppModel, "region" | "topics">;
  readonly invoker: FunctionInvoker;
  readonly findQueue: FindQueue;
  /** Keeps a delivery until it is through. */
  readonly track: (delivery: Promise<unknown>) => void;
}): TopicService {
  const { invoker, findQueue, track } = options;

  const deliver = (
    { arn, destination, raw }: SubscriptionModel,
    { name }: TopicModel,
    notification: Notification,
    traceHeader: string | undefined,
  ): void => {
    if (destination.type === "function") {
      const event = lambdaEvent(notification, arn);
      const traceHeaders = traceHeader === undefined ? [] : [traceHeader];
      track(invoker.invoke(destination.functionId, event, { cause: `topic ${name}`, traceHeaders }));
      return;
    }
    const queue = findQueue({ arn: destination.queueArn });
    if (raw) queue?.send(notification.message, notification.attributes, undefined, traceHeader);
    else queue?.send(JSON.stringify(envelope(notification, arn)), undefined, undefined, traceHeader);
  };

  return {
    publish: ({ topicArn, message, byProtocol = {}, subject, attributes, traceHeader }) => {
      const { topics, region } = options.model();
      const topic = topics.find(({ arn }) => arn === topicArn);
      if (topic === undefined) return undefined;
      const id = randomUUID();
      const timestamp = new Date().toISOString();
      for (const subscription of topic.subscriptions) {
        const protocol = subscription.destination.type === "function" ? "lambda" : "sqs";
        const text = byProtocol[protocol] ?? message;
        if (!passes(subscription, text, attributes)) continue;
        const notification = { id, topicArn, message: text, subject, attributes, timestamp, region };
        deliver(subscription, topic, notification, traceHeader);
      }
      return id;
    },
  };
}

function passes(
  { filter, filterScope }: SubscriptionModel,
  message: string,
  attributes: MessageAttributes,
): boolean {
  if (filter === undefined) return true;
  const record = filterScope === "MessageBody" ? parsed(message) : valuesOf(attributes);
  return typeof record === "object" && record !== null && passesFilters([filter], record);
}

/** A policy sees texts, numbers, and the elements of a `String.Array`; bytes never match (docs: filter policies). */
function valuesOf(attributes: MessageAttributes): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (StringValue === undefined) continue;
    if (DataType.startsWith("Number")) values[name] = Number(StringValue);
    else values[name] = DataType === "String.Array" ? parsed(StringValue) : StringValue;
  }
  return values;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
