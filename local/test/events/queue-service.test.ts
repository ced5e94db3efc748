import { appendFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { QueueModel } from "../../assembly/model.ts";
import { createQueueService } from "../../events/queue-service.ts";
import { within } from "../support/pace.ts";
import { ACCOUNT, dataFolder, queueModel, REGION, removeDataFolders } from "./event-fixture.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});
afterAll(removeDataFolders);

/** The service behind the one HTTP server of a local cloud, and the real SDK in front of it. */
async function served(
  queues: readonly QueueModel[],
  options: { dataDir?: string; clock?: { now: number } } = {},
) {
  const { clock } = options;
  const problems: unknown[] = [];
  const service = createQueueService({
    queues,
    accountId: ACCOUNT,
    dataDir: options.dataDir ?? null,
    onFailure: (cause) => problems.push(cause),
    ...(clock === undefined ? {} : { now: () => clock.now }),
  });
  const server = createServer((req, res) => service.handleRequest(req, res)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sqs = new SQSClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  closers.push(async () => {
    sqs.destroy();
    await service.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(problems).toEqual([]);
  });
  const url = (name: string): string => `${endpoint}/_aws/sqs/${ACCOUNT}/${name}`;
  const receive = async (name: string, more = {}) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url(name), MaxNumberOfMessages: 10, ...more })))
      .Messages ?? [];
  return { sqs, url, receive, service, endpoint };
}

describe("the queue service, through the real SDK", () => {
  it("gives back what was sent, with its attributes and digests", async () => {
    const { sqs, url, receive } = await served([queueModel("jobs")]);
    const attributes = {
      kind: { DataType: "String", StringValue: "presence" },
      bytes: { DataType: "Binary", BinaryValue: Buffer.from([1, 2]) },
    };
    const sent = await sqs.send(
      new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "grüße", MessageAttributes: attributes }),
    );
    // The SDK itself compares the digest of the body, on both ways.
    const [message] = await receive("jobs", {
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: "grüße",
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: {
        kind: { StringValue: "presence" },
        bytes: { BinaryValue: new Uint8Array([1, 2]) },
      },
      Attributes: { ApproximateReceiveCount: "1", SenderId: ACCOUNT },
    });
  });

  it("digests attributes as the service documents it", async () => {
    const { sqs, url } = await served([queueModel("jobs")]);
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl: url("jobs"),
        MessageBody: "x",
        MessageAttributes: { a: { DataType: "String", StringValue: "b" } },
      }),
    );
    // md5 of 00000001 61 00000006 "String" 01 00000001 62
    expect(sent.MD5OfMessageAttributes).toBe("bef8bf215374a0a228d67533b1a488be");
  });

  it("hides a message while it is in flight, and delivers it again afterwards", async () => {
    const clock = { now: 1_000_000 };
    const { sqs, url, receive } = await served([queueModel("jobs", { visibilityTimeoutSeconds: 5 })], {
      clock,
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "a" }));
    const [first] = await receive("jobs");
    expect(await receive("jobs")).toEqual([]);
    clock.now += 5_000;
    const [second] = await receive("jobs", { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(second).toMatchObject({
      MessageId: first?.MessageId,
      Attributes: { ApproximateReceiveCount: "2" },
    });
    // The first receive's handle no longer removes it, the second's does.
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url("jobs"), ReceiptHandle: first?.ReceiptHandle }));
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url("jobs"),
        ReceiptHandle: second?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [third] = await receive("jobs");
    expect(third?.MessageId).toBe(first?.MessageId);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url("jobs"), ReceiptHandle: third?.ReceiptHandle }));
    clock.now += 5_000;
    expect(await receive("jobs")).toEqual([]);
  });

  it("delays by message or by queue, and counts what it holds", async () => {
    const clock = { now: 0 };
    const { sqs, url, receive } = await served([queueModel("jobs", { delaySeconds: 60 })], { clock });
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "queue's" }));
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "own", DelaySeconds: 10 }));
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "none", DelaySeconds: 0 }));
    expect((await receive("jobs")).map(({ Body }) => Body)).toEqual(["none"]);
    clock.now = 10_000;
    const counts = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url("jobs"), AttributeNames: ["All"] }),
    );
    expect(counts.Attributes).toMatchObject({
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "1",
      ApproximateNumberOfMessagesDelayed: "1",
      QueueArn: queueModel("jobs").arn,
    });
    expect((await receive("jobs")).map(({ Body }) => Body)).toEqual(["own"]);
    clock.now = 60_000;
    expect((await receive("jobs")).map(({ Body }) => Body)).toContain("queue's");
  });

  it("moves what was received too often to the dead-letter queue, and forgets what is too old", async () => {
    const clock = { now: 0 };
    const dead = queueModel("dead", { retentionSeconds: 100 });
    const jobs = queueModel("jobs", {
      visibilityTimeoutSeconds: 1,
      redrive: { deadLetterArn: dead.arn, maxReceiveCount: 2 },
    });
    const { sqs, url, receive } = await served([jobs, dead], { clock });
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "poison" }));
    for (let n = 0; n < 2; n += 1) {
      expect(await receive("jobs")).toHaveLength(1);
      clock.now += 1_000;
    }
    expect(await receive("jobs")).toEqual([]);
    expect((await receive("dead", { VisibilityTimeout: 0 })).map(({ Body }) => Body)).toEqual(["poison"]);
    clock.now = 100_000;
    expect(await receive("dead")).toEqual([]);
  });

  it("waits for a message that comes or becomes visible while somebody waits", async () => {
    const { sqs, url, receive } = await served([queueModel("jobs")]);
    const waiting = receive("jobs", { WaitTimeSeconds: 20 });
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "now" }));
    expect((await waiting).map(({ Body }) => Body)).toEqual(["now"]);
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "later", DelaySeconds: 1 }));
    expect((await receive("jobs", { WaitTimeSeconds: 20 })).map(({ Body }) => Body)).toEqual(["later"]);
  });

  it("takes batches, each entry by itself", async () => {
    const { sqs, url, receive } = await served([queueModel("jobs")]);
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url("jobs"),
        Entries: [
          { Id: "1", MessageBody: "a" },
          { Id: "2", MessageBody: "b", DelaySeconds: 901 },
          { Id: "3", MessageBody: "c" },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["1", "3"]);
    expect(sent.Failed).toMatchObject([{ Id: "2", SenderFault: true, Code: "InvalidParameterValue" }]);
    const messages = await receive("jobs", { VisibilityTimeout: 0 });
    const handles = new Map((await receive("jobs")).map(({ Body, ReceiptHandle }) => [Body, ReceiptHandle]));
    expect(messages).toHaveLength(2);
    const removed = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url("jobs"),
        Entries: [
          { Id: "x", ReceiptHandle: handles.get("a") },
          { Id: "y", ReceiptHandle: "nonsense" },
        ],
      }),
    );
    expect(removed.Successful).toEqual([{ Id: "x" }]);
    expect(removed.Failed).toMatchObject([{ Id: "y", Code: "ReceiptHandleIsInvalid" }]);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url("jobs") }));
    const left = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url("jobs"),
        AttributeNames: ["ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    expect(left.Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: "0" });
  });

  it("names its queues by the address it is reached at, and refuses those it does not have", async () => {
    const { sqs, url } = await served([queueModel("jobs")]);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }))).QueueUrl).toBe(url("jobs"));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "other" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
    await expect(
      sqs.send(new SendMessageCommand({ QueueUrl: url("other"), MessageBody: "x" })),
    ).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    await expect(
      sqs.send(new DeleteMessageCommand({ QueueUrl: url("jobs"), ReceiptHandle: "x" })),
    ).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
  });
});

describe("the queue service, over a restart", () => {
  it("keeps messages, delays, receive counts and removals, whatever the last line looks like", async () => {
    const dataDir = dataFolder();
    const clock = { now: 0 };
    const first = await served([queueModel("jobs")], { dataDir, clock });
    const send = (body: string, delay: number) =>
      first.sqs.send(
        new SendMessageCommand({ QueueUrl: first.url("jobs"), MessageBody: body, DelaySeconds: delay }),
      );
    await send("removed", 0);
    const [removed] = await first.receive("jobs");
    await first.sqs.send(
      new DeleteMessageCommand({ QueueUrl: first.url("jobs"), ReceiptHandle: removed?.ReceiptHandle }),
    );
    await send("received", 0);
    await first.receive("jobs", { VisibilityTimeout: 5 });
    await send("delayed", 10);
    await send("long delayed", 900);
    appendFileSync(join(dataDir, "queues.jsonl"), `{"queue":"jobs","change":{"type":"pu`);

    clock.now = 10_000;
    // Nobody closed the first one: as after a kill.
    const second = await served([queueModel("jobs")], { dataDir, clock });
    const messages = await second.receive("jobs", {
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    expect(messages.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount])).toEqual([
      ["received", "2"],
      ["delayed", "1"],
    ]);
  });

  it("keeps messages over a reload, which also reaches those who wait", async () => {
    const { sqs, url, receive, service } = await served([queueModel("jobs"), queueModel("gone")]);
    const waiting = receive("jobs", { WaitTimeSeconds: 20 });
    await sqs.send(new SendMessageCommand({ QueueUrl: url("gone"), MessageBody: "x" }));
    service.reload([queueModel("jobs", { delaySeconds: 0, visibilityTimeoutSeconds: 7 }), queueModel("new")]);
    await sqs.send(new SendMessageCommand({ QueueUrl: url("jobs"), MessageBody: "a" }));
    await sqs.send(new SendMessageCommand({ QueueUrl: url("new"), MessageBody: "b" }));
    expect((await waiting).map(({ Body }) => Body)).toEqual(["a"]);
    const shown = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url("jobs"), AttributeNames: ["VisibilityTimeout"] }),
    );
    expect(shown.Attributes).toEqual({ VisibilityTimeout: "7" });
    await expect(receive("gone")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });
});

it("is not held up at its end by a body that never ends", async () => {
  const service = createQueueService({
    queues: [],
    accountId: ACCOUNT,
    dataDir: null,
    onFailure: () => undefined,
  });
  const server = createServer((req, res) => service.handleRequest(req, res)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const arrived = new Promise((resolve) => server.once("request", resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { "content-length": 100, "x-amz-target": "AmazonSQS.SendMessage" };
  const client = request({ port, host: "127.0.0.1", method: "POST", path: "/_aws/sqs", headers });
  const cut = new Promise((resolve) => client.once("error", resolve));
  client.write("h");
  await within(arrived, "the request");
  await within(service.close(), "the end of the service");
  await within(cut, "the cut");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
