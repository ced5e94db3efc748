import { createHash, randomUUID } from "node:crypto";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { useCloud } from "./cloud.ts";
import type { Fields, SeenEvent } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud();
const VISIBILITY_MS = 1_000;
let sqs: SQSClient;

beforeAll(() => {
  sqs = new SQSClient({
    endpoint: `${cloud().cloud.httpUrl}/_aws/sqs`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterAll(() => sqs.destroy());

interface Record {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    readonly ApproximateFirstReceiveTimestamp: string;
    readonly AWSTraceHeader?: string;
  };
}

interface Note {
  readonly mark: string;
  readonly fails?: "always" | "once" | "reported";
  /** How often it goes back to the queue it came from. */
  readonly again?: number;
}

const urlOf = (name: string): string =>
  `${cloud().cloud.httpUrl}/_aws/sqs/${cloud().cloud.model().accountId}/${name}`;

const send = (queue: string, note: Note, DelaySeconds?: number) =>
  sqs.send(
    new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody: JSON.stringify(note), DelaySeconds }),
  );

const sendAll = (queue: string, notes: readonly Note[]) =>
  sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: urlOf(queue),
      Entries: notes.map((note, at) => ({ Id: `n${at}`, MessageBody: JSON.stringify(note) })),
    }),
  );

const recordsOf = ({ event }: SeenEvent): readonly Record[] =>
  (event["Records"] as readonly Record[] | undefined) ?? [];
const marksOf = (seen: SeenEvent): string[] =>
  recordsOf(seen).map(({ body }) => (JSON.parse(body) as Note).mark);

/** The batches that hold a message of one of these marks. */
const holding =
  (...marks: string[]) =>
  (seen: SeenEvent): boolean =>
    marksOf(seen).some((mark) => marks.includes(mark));

/** Resolves once each of these messages has been delivered; with the batches. */
async function delivered(marks: readonly string[]): Promise<readonly SeenEvent[]> {
  const { recorder } = cloud();
  const arrived = (): Set<string> => new Set(recorder.all(holding(...marks)).flatMap(marksOf));
  await recorder.when(() => marks.every((mark) => arrived().has(mark)), "every message");
  return recorder.all(holding(...marks));
}

async function leftIn(queue: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: urlOf(queue), AttributeNames: ["All"] }),
  );
  const count = (name: string): number => Number((Attributes as Fields | undefined)?.[name] ?? 0);
  return count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible");
}

describe.concurrent("queues", () => {
  row("queue.event", async () => {
    const mark = randomUUID();
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl: urlOf("plain"),
        MessageBody: JSON.stringify({ mark }),
        MessageAttributes: { kind: { DataType: "String", StringValue: "note" } },
      }),
    );
    const [seen] = await cloud().recorder.until(holding(mark));
    const body = JSON.stringify({ mark });
    const queue = cloud()
      .cloud.model()
      .queues.find(({ name }) => name === "plain");
    expect(recordsOf(seen as SeenEvent).find((record) => record.body === body)).toEqual({
      messageId: sent.MessageId,
      receiptHandle: expect.any(String) as string,
      body,
      attributes: expect.objectContaining({
        ApproximateReceiveCount: "1",
        SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
        SenderId: expect.any(String) as string,
      }) as Fields,
      messageAttributes: {
        kind: { stringValue: "note", stringListValues: [], binaryListValues: [], dataType: "String" },
      },
      md5OfMessageAttributes: sent.MD5OfMessageAttributes,
      md5OfBody: createHash("md5").update(body).digest("hex"),
      eventSource: "aws:sqs",
      eventSourceARN: queue?.arn,
      awsRegion: cloud().cloud.model().region,
    });
  });

  row("queue.delay", async () => {
    const [now, later] = [randomUUID(), randomUUID()];
    const sentAt = Date.now();
    await send("plain", { mark: later }, 1);
    await send("plain", { mark: now });
    await delivered([now, later]);
    const [first] = cloud().recorder.all(holding(later));
    expect((first?.at ?? 0) - sentAt).toBeGreaterThanOrEqual(1_000);
    const [undelayed] = cloud().recorder.all(holding(now));
    expect(undelayed?.at).toBeLessThan(first?.at ?? 0);
  });

  row("queue.batch", async () => {
    const marks = Array.from({ length: 8 }, () => randomUUID());
    await sendAll(
      "plain",
      marks.map((mark) => ({ mark })),
    );
    const sizes = (await delivered(marks)).map((seen) => recordsOf(seen).length);
    expect(Math.max(...sizes)).toBe(3);
  });

  row("queue.window", async () => {
    const marks = [randomUUID(), randomUUID()] as const;
    await send("reported", { mark: marks[0] });
    await send("reported", { mark: marks[1] });
    const batches = await delivered(marks);
    expect(batches.map(marksOf)).toEqual([expect.arrayContaining([...marks])]);
  });

  row("queue.visibility", async () => {
    const mark = randomUUID();
    await send("plain", { mark, fails: "once" });
    const [first, second] = await cloud().recorder.until(holding(mark), 2);
    const attributesIn = (seen?: SeenEvent) =>
      recordsOf(seen as SeenEvent).find(({ body }) => body.includes(mark))?.attributes;
    expect(attributesIn(first)?.ApproximateReceiveCount).toBe("1");
    const { ApproximateReceiveCount, ApproximateFirstReceiveTimestamp } = attributesIn(second) ?? {};
    expect(ApproximateReceiveCount).toBe("2");
    expect((second?.at ?? 0) - Number(ApproximateFirstReceiveTimestamp)).toBeGreaterThanOrEqual(
      VISIBILITY_MS,
    );
  });

  row("queue.partial", async () => {
    const [good, bad] = [randomUUID(), randomUUID()];
    await sendAll("reported", [{ mark: good }, { mark: bad, fails: "reported" }]);
    await cloud().recorder.until(holding(bad), 2);
    const batches = cloud().recorder.all(holding(good, bad)).map(marksOf);
    expect(batches[0]).toEqual(expect.arrayContaining([good, bad]));
    expect(batches.slice(1).flat()).toContain(bad);
    expect(batches.slice(1).flat()).not.toContain(good);
  });

  row("queue.redrive", async () => {
    const mark = randomUUID();
    const { MessageId } = await send("doomed", { mark, fails: "always" });
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urlOf("dead"), WaitTimeSeconds: 20 }),
    );
    expect(Messages).toHaveLength(1);
    expect(Messages?.[0]).toMatchObject({ MessageId, Body: JSON.stringify({ mark, fails: "always" }) });
    expect(cloud().recorder.all(holding(mark))).toHaveLength(2);
  });
});

/** The two together: what the allowed chain does beyond 16 shows that nothing else ends the other. */
describe.concurrent("chains", () => {
  row("queue.trace", async () => {
    const mark = randomUUID();
    await send("free-looping", { mark, again: 1 });
    const [first, second] = await cloud().recorder.until(holding(mark), 2);
    const traceOf = (seen?: SeenEvent) => recordsOf(seen as SeenEvent)[0]?.attributes.AWSTraceHeader;
    expect(traceOf(first)).toBeUndefined();
    expect(traceOf(second)).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};/);
  });

  row("queue.loop", async () => {
    const mark = randomUUID();
    await send("looping", { mark, again: 100 });
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urlOf("stopped"), WaitTimeSeconds: 20 }),
    );
    expect(JSON.parse(Messages?.[0]?.Body ?? "{}")).toEqual({ mark, again: 84 });
    expect(cloud().recorder.all(holding(mark))).toHaveLength(16);
    const stopped = cloud().recorder.invocations.find(
      ({ functionName, outcome }) => functionName === "Looper" && outcome === "error",
    );
    expect(stopped?.error).toMatch(/^RecursiveInvocationException: .* 16 times in one chain/);
  });

  row("queue.loop-allowed", async () => {
    const mark = randomUUID();
    await send("free-looping", { mark, again: 19 });
    expect(await cloud().recorder.until(holding(mark), 20)).toHaveLength(20);
  });
});

row("queue.done", async () => {
  const mark = randomUUID();
  await send("plain", { mark });
  const [seen] = await cloud().recorder.until(holding(mark));
  await cloud().recorder.ended((seen as SeenEvent).requestId);
  await expect.poll(() => leftIn("plain")).toBe(0);
  // It would have come back by the time a message with a longer delay than the timeout arrives.
  const fence = randomUUID();
  await send("plain", { mark: fence }, 2);
  await cloud().recorder.until(holding(fence));
  expect(cloud().recorder.all(holding(mark))).toHaveLength(1);
});
