import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppModel } from "../assembly/model.ts";
import { BUS_PATH, busActions } from "../bus/bus-actions.ts";
import { createEventBus } from "../bus/event-bus.ts";
import { createDeliver } from "../events/destinations.ts";
import type { FindQueue } from "../events/queue-handle.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import { namedResourceRights } from "../rights/named-resources.ts";
import type { RefusalOf } from "../rights/service-rights.ts";
import { PARAMETER_PATH, parameterActions } from "../parameters/parameter-service.ts";
import { answerJsonService } from "../serving/json-service.ts";
import { createRunningTasks } from "../serving/running-tasks.ts";
import { answerSns, TOPIC_PATH } from "../topics/sns-protocol.ts";
import { createTopicService } from "../topics/topic-service.ts";

/** The services that functions reach by the SDK and that keep nothing: topics, buses, parameters. */
export interface Services {
  /** Whether the request was one for them. */
  handleRequest(req: IncomingMessage, res: ServerResponse): boolean;
  /** For what is delivered to a topic from within. */
  publish(topicArn: string, message: string): void;
  /** Resolves when every delivery under way is through. */
  close(): Promise<void>;
}

/** Where the SDK of a function finds them. */
export const serviceEndpoints = (httpUrl: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_SNS: httpUrl + TOPIC_PATH,
  AWS_ENDPOINT_URL_EVENTBRIDGE: httpUrl + BUS_PATH,
  AWS_ENDPOINT_URL_SSM: httpUrl + PARAMETER_PATH,
});

export function openServices(options: {
  readonly model: () => AppModel;
  readonly invoker: FunctionInvoker;
  readonly findQueue: FindQueue;
  readonly refusalOf: RefusalOf;
  readonly onFailure: (cause: unknown) => void;
}): Services {
  const { model, invoker, findQueue } = options;
  const tasks = createRunningTasks(options.onFailure);
  const track = (delivery: Promise<unknown>): void => tasks.add(delivery);
  const topics = createTopicService({ model, invoker, findQueue, track });
  const publish = (topicArn: string, message: string): void => {
    topics.publish({ topicArn, message, attributes: {} });
  };
  const bus = createEventBus({ model, deliver: createDeliver({ invoker, findQueue, publish }), track });
  const [eventActions, storeActions] = [busActions(bus), parameterActions(model)];
  const rights = namedResourceRights(options.refusalOf, model);
  const doors: Readonly<Record<string, (req: IncomingMessage, res: ServerResponse) => Promise<void>>> = {
    [TOPIC_PATH]: (req, res) => answerSns(topics, req, res, rights.topic),
    [BUS_PATH]: (req, res) => answerJsonService(eventActions, req, res, rights.bus),
    [PARAMETER_PATH]: (req, res) => answerJsonService(storeActions, req, res, rights.parameters),
  };
  return {
    publish,
    handleRequest: (req, res) => {
      const path = /^\/_aws\/\w+/.exec(req.url ?? "")?.[0] ?? "";
      const door = Object.hasOwn(doors, path) ? doors[path] : undefined;
      if (door !== undefined) track(door(req, res));
      return door !== undefined;
    },
    close: () => tasks.settle(),
  };
}
