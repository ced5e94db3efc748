import { randomUUID } from "node:crypto";
import {
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  type PublishCommandInput,
} from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect } from "vitest";
import { useCloud } from "./cloud.ts";
import type { Fields, SeenEvent } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud("services");
let sns: SNSClient;

beforeAll(() => {
  sns = new SNSClient({
    endpoint: `${cloud().cloud.httpUrl}/_aws/sns`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterAll(() => sns.destroy());

const topicArn = (): string => cloud().cloud.model().topics[0]?.arn ?? "";
const text = (StringValue: string) => ({ DataType: "String", StringValue });

const publish = (input: Omit<PublishCommandInput, "TopicArn">) =>
  sns.send(new PublishCommand({ TopicArn: topicArn(), ...input }));

const recordOf = ({ event }: SeenEvent): Fields => (event["Records"] as Fields[] | undefined)?.[0] ?? {};
const snsOf = (seen: SeenEvent): Fields | undefined => recordOf(seen)["Sns"] as Fields | undefined;

/** What a function heard of the messages with these texts. */
const heardBy =
  (name: string, ...messages: string[]) =>
  (seen: SeenEvent): boolean =>
    seen.functionName === name && messages.includes(String(snsOf(seen)?.["Message"]));

async function letter(queue: string, mark: string): Promise<Fields> {
  const [seen] = await cloud().recorder.until(
    (one) =>
      String(recordOf(one)["eventSourceARN"]).endsWith(`:${queue}`) &&
      String(recordOf(one)["body"]).includes(mark),
  );
  return recordOf(seen as SeenEvent);
}

row("topic.event", async () => {
  const mark = randomUUID();
  const sent = await publish({ Message: mark, Subject: "Hello", MessageAttributes: { color: text("red") } });
  const [seen] = await cloud().recorder.until(heardBy("Listener", mark));
  expect(seen?.event).toEqual({
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: expect.stringContaining(`${topicArn()}:`) as string,
        Sns: {
          Type: "Notification",
          MessageId: sent.MessageId,
          TopicArn: topicArn(),
          Subject: "Hello",
          Message: mark,
          Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/) as string,
          SignatureVersion: "1",
          Signature: expect.any(String) as string,
          SigningCertUrl: expect.stringMatching(/^https:\/\/sns\./) as string,
          UnsubscribeUrl: expect.stringContaining("Action=Unsubscribe") as string,
          MessageAttributes: { color: { Type: "String", Value: "red" } },
        },
      },
    ],
  });
});

row("topic.envelope", async () => {
  const mark = randomUUID();
  const sent = await publish({ Message: `${mark} & <more>`, MessageAttributes: { color: text("red") } });
  const { body, messageAttributes } = await letter("letters", mark);
  expect(JSON.parse(String(body))).toEqual({
    Type: "Notification",
    MessageId: sent.MessageId,
    TopicArn: topicArn(),
    Message: `${mark} & <more>`,
    Timestamp: expect.any(String) as string,
    SignatureVersion: "1",
    Signature: expect.any(String) as string,
    SigningCertURL: expect.any(String) as string,
    UnsubscribeURL: expect.any(String) as string,
    MessageAttributes: { color: { Type: "String", Value: "red" } },
  });
  expect(messageAttributes).toEqual({});
});

row("topic.raw", async () => {
  const mark = randomUUID();
  await publish({ Message: mark, MessageAttributes: { color: text("red") } });
  const { body, messageAttributes } = await letter("raw-letters", mark);
  expect(body).toBe(mark);
  expect(messageAttributes).toMatchObject({ color: { stringValue: "red", dataType: "String" } });
});

row("topic.filter", async () => {
  const wanted = { color: text("blue"), size: { DataType: "Number", StringValue: "3" }, kind: text("note") };
  const all = { ...wanted, urgent: text("yes") };
  const cases: readonly (readonly [string, PublishCommandInput["MessageAttributes"]])[] = [
    [`no attributes ${randomUUID()}`, {}],
    [`without the one that must exist ${randomUUID()}`, wanted],
    [`another color ${randomUUID()}`, { ...all, color: text("green") }],
    [`too large ${randomUUID()}`, { ...all, size: { DataType: "Number", StringValue: "6" } }],
    [`what may not be ${randomUUID()}`, { ...all, kind: text("spam") }],
    [`all of it ${randomUUID()}`, all],
    [
      `one of a list ${randomUUID()}`,
      { ...all, color: { DataType: "String.Array", StringValue: '["green","red"]' } },
    ],
  ];
  for (const [Message, MessageAttributes] of cases) await publish({ Message, MessageAttributes });
  const messages = cases.map(([message]) => message);
  await cloud().recorder.until(heardBy("Picky", messages.at(-1) ?? ""));
  const heard = cloud().recorder.all(heardBy("Picky", ...messages));
  expect(heard.map((seen) => snsOf(seen)?.["Message"])).toEqual(messages.slice(-2));
});

row("topic.filter-body", async () => {
  const mark = randomUUID();
  const message = (state: string): string => JSON.stringify({ mark, order: { state } });
  for (const one of ["open", "paid"].map(message)) await publish({ Message: one });
  await publish({ Message: `not JSON ${mark}` });
  await publish({ Message: JSON.stringify({ mark: `${mark} last`, order: { state: "paid" } }) });
  const heard = (): readonly SeenEvent[] =>
    cloud().recorder.all(
      (seen) => seen.functionName === "Reader" && String(snsOf(seen)?.["Message"]).includes(mark),
    );
  await cloud().recorder.when(() => heard().length >= 2, "both that match");
  expect(heard().map((seen) => snsOf(seen)?.["Message"])).toEqual([
    message("paid"),
    expect.stringContaining("last"),
  ]);
});

row("topic.batch", async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  const result = await sns.send(
    new PublishBatchCommand({
      TopicArn: topicArn(),
      PublishBatchRequestEntries: [
        { Id: "a", Message: one },
        { Id: "b", Message: "x".repeat(300_000) },
        { Id: "c", Message: two, MessageAttributes: { color: text("red") } },
      ],
    }),
  );
  expect(result.Successful?.map(({ Id }) => Id)).toEqual(["a", "c"]);
  expect(result.Failed).toEqual([
    { Id: "b", Code: "InvalidParameter", Message: expect.any(String) as string, SenderFault: true },
  ]);
  const heard = await cloud().recorder.until(heardBy("Listener", one, two), 2);
  expect(heard.map((seen) => snsOf(seen)?.["MessageId"])).toEqual(
    result.Successful?.map(({ MessageId }) => MessageId),
  );
});

row("topic.structure", async () => {
  const mark = randomUUID();
  const given = { default: `${mark} for all`, lambda: `${mark} for functions` };
  await publish({ Message: JSON.stringify(given), MessageStructure: "json" });
  await cloud().recorder.until(heardBy("Listener", given.lambda));
  expect((await letter("raw-letters", mark))["body"]).toBe(given.default);
  await expect(publish({ Message: '{"lambda":"x"}', MessageStructure: "json" })).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});

row("topic.refused", async () => {
  const Message = "m";
  await expect(
    sns.send(new PublishCommand({ TopicArn: `${topicArn()}-other`, Message })),
  ).rejects.toMatchObject({ name: "NotFoundException", $metadata: { httpStatusCode: 404 } });
  await expect(publish({ Message: "" })).rejects.toMatchObject({ name: "InvalidParameterException" });
});
