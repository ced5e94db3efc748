import { fieldsListOf, fieldsOf, flagOf, textOf, type Fields } from "./fields.ts";
import type { SubscriptionModel, TopicModel } from "./messaging-model.ts";
import { unservedOperators } from "./pattern-operators.ts";
import { destinationBehind, type Destinations } from "./read-destinations.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

/** Topics with their subscriptions of functions and queues. */
export function readTopics(
  resources: Resources,
  known: Pick<Destinations, "functions" | "queues">,
): TopicModel[] {
  const given = resources
    .ofType("AWS::SNS::Subscription")
    .map((resource) => ({ resource, fields: resources.fieldsOf(resource) }));
  const topics = resources.ofType("AWS::SNS::Topic").map((resource) => {
    const fields = resources.fieldsOf(resource);
    const arn = resources.arnOf(resource);
    const own = fieldsListOf(fields, "Subscription").map((one) => ({ resource, fields: one }));
    const theirs = given.filter((one) => textOf(one.fields, "TopicArn") === arn);
    return {
      id: resource.key,
      name: resources.nameOf(resource),
      arn,
      subscriptions: [...own, ...theirs].flatMap(
        (one, index) => subscriptionOf(resources, one, `${arn}:${index}`, known) ?? [],
      ),
    };
  });
  for (const { resource, fields } of given) {
    if (topics.some(({ arn }) => arn === textOf(fields, "TopicArn"))) continue;
    resources.report(resource, "its topic is not one of this assembly.");
  }
  return topics;
}

function subscriptionOf(
  resources: Resources,
  { resource, fields }: { readonly resource: Resource; readonly fields: Fields },
  arn: string,
  known: Pick<Destinations, "functions" | "queues">,
): SubscriptionModel | undefined {
  const protocol = textOf(fields, "Protocol") ?? "(none)";
  if (protocol !== "lambda" && protocol !== "sqs") {
    const sentence = `the protocol ${protocol} is not served locally: nothing is delivered to ${textOf(fields, "Endpoint") ?? "it"}.`;
    resources.report(resource, sentence);
    return undefined;
  }
  const destination = destinationBehind(textOf(fields, "Endpoint"), { ...known, topicArns: [] });
  if (destination === undefined || destination.type === "topic") {
    resources.report(resource, "its endpoint is not a function or queue of this assembly.");
    return undefined;
  }
  const filter = fieldsOf(fields, "FilterPolicy");
  for (const operator of unservedOperators(filter)) {
    resources.report(resource, `the operator ${operator} of its filter policy is not served locally.`);
  }
  return {
    arn,
    destination,
    raw: flagOf(fields, "RawMessageDelivery") ?? false,
    filterScope: textOf(fields, "FilterPolicyScope") === "MessageBody" ? "MessageBody" : "MessageAttributes",
    ...(filter === undefined ? {} : { filter }),
  };
}
