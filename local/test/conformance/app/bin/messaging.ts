import { type Stack } from "aws-cdk-lib";
import { EventBus, EventField, Match, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { FilterOrPolicy, SubscriptionFilter, Topic } from "aws-cdk-lib/aws-sns";
import { LambdaSubscription, SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { StringListParameter, StringParameter } from "aws-cdk-lib/aws-ssm";

/** Topics, a bus and parameters. Each listener runs one process: what it gets is in its order. */
export function addMessaging(stack: Stack, lambda: (name: string, processes: number) => Lambda): void {
  const mailbox = lambda("Mailbox", 1);
  const queue = (queueName: string): Queue => {
    const made = new Queue(stack, queueName, { queueName });
    mailbox.addEventSource(new SqsEventSource(made, { batchSize: 1 }));
    return made;
  };
  const [letters, rawLetters] = [queue("letters"), queue("raw-letters")];

  const news = new Topic(stack, "News", { topicName: "news" });
  news.addSubscription(new LambdaSubscription(lambda("Listener", 1)));
  news.addSubscription(new SqsSubscription(letters));
  news.addSubscription(new SqsSubscription(rawLetters, { rawMessageDelivery: true }));
  news.addSubscription(
    new LambdaSubscription(lambda("Picky", 1), {
      filterPolicy: {
        color: SubscriptionFilter.stringFilter({ allowlist: ["red"], matchPrefixes: ["bl"] }),
        size: SubscriptionFilter.numericFilter({ between: { start: 1, stop: 5 } }),
        kind: SubscriptionFilter.stringFilter({ denylist: ["spam"] }),
        urgent: SubscriptionFilter.existsFilter(),
      },
    }),
  );
  news.addSubscription(
    new LambdaSubscription(lambda("Reader", 1), {
      filterPolicyWithMessageBody: {
        order: FilterOrPolicy.policy({
          state: FilterOrPolicy.filter(SubscriptionFilter.stringFilter({ allowlist: ["paid"] })),
        }),
      },
    }),
  );

  const eventBus = new EventBus(stack, "Bus", { eventBusName: "orders" });
  const clerk = lambda("Clerk", 1);
  const toClerk = (input?: RuleTargetInput): targets.LambdaFunction =>
    new targets.LambdaFunction(clerk, input === undefined ? {} : { event: input });
  new Rule(stack, "Paid", {
    ruleName: "paid",
    eventBus,
    eventPattern: {
      source: Match.prefix("shop."),
      detail: { state: ["paid"], total: Match.greaterThan(10) },
    },
    targets: [toClerk(), new targets.SqsQueue(letters), new targets.SnsTopic(news)],
  });
  const shaped = (id: string, input: RuleTargetInput): void => {
    new Rule(stack, id, { eventBus, eventPattern: { detailType: [id] }, targets: [toClerk(input)] });
  };
  shaped("constant", RuleTargetInput.fromObject({ fixed: true }));
  shaped("path", RuleTargetInput.fromEventPath("$.detail.inner"));
  shaped(
    "template",
    RuleTargetInput.fromObject({
      mark: EventField.fromPath("$.detail.mark"),
      inner: EventField.fromPath("$.detail.inner"),
      sentence: `${EventField.fromPath("$.detail.mark")} of ${EventField.source}`,
    }),
  );
  new Rule(stack, "OnDefault", { eventPattern: { source: ["house"] }, targets: [toClerk()] });
  new Rule(stack, "Off", { enabled: false, eventPattern: { source: ["house"] }, targets: [toClerk()] });

  new StringParameter(stack, "Color", { parameterName: "/house/color", stringValue: "green" });
  new StringListParameter(stack, "Rooms", { parameterName: "/house/rooms", stringListValue: ["a", "b"] });
}
