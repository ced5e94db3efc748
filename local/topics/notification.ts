import type { MessageAttributes } from "../events/queue.ts";

export interface Notification {
  readonly id: string;
  readonly topicArn: string;
  readonly message: string;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly region: string;
}

/** Only the service can sign. */
const SIGNATURE = "not-signed-locally";

/** The text that a queue gets, unless its subscription asks for the message alone. */
export function envelope(notification: Notification, subscriptionArn: string): Record<string, unknown> {
  const { id, topicArn, message, subject, attributes, timestamp } = notification;
  return {
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: timestamp,
    SignatureVersion: "1",
    Signature: SIGNATURE,
    SigningCertURL: `${addressOf(notification)}/SimpleNotificationService-local.pem`,
    UnsubscribeURL: unsubscribeUrl(notification, subscriptionArn),
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributesOf(attributes) }),
  };
}

/** The event that a function gets: one record, whatever is published beside it. */
export function lambdaEvent(notification: Notification, subscriptionArn: string): Record<string, unknown> {
  const { id, topicArn, message, subject, attributes, timestamp } = notification;
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: "Notification",
          MessageId: id,
          TopicArn: topicArn,
          Subject: subject ?? null,
          Message: message,
          Timestamp: timestamp,
          SignatureVersion: "1",
          Signature: SIGNATURE,
          SigningCertUrl: `${addressOf(notification)}/SimpleNotificationService-local.pem`,
          UnsubscribeUrl: unsubscribeUrl(notification, subscriptionArn),
          MessageAttributes: attributesOf(attributes),
        },
      },
    ],
  };
}

const attributesOf = (attributes: MessageAttributes): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );

const addressOf = ({ region }: Notification): string => `https://sns.${region}.amazonaws.com`;

const unsubscribeUrl = (notification: Notification, subscriptionArn: string): string =>
  `${addressOf(notification)}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
