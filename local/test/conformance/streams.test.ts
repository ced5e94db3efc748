import { randomUUID } from "node:crypto";
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { useCloud } from "./cloud.ts";
import type { Fields, SeenEvent } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud();
const TableName = "items";
const settings = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
let db: DynamoDBClient;

beforeAll(() => {
  db = new DynamoDBClient({ endpoint: cloud().cloud.databaseUrl, ...settings });
});
afterAll(() => db.destroy());

interface Record {
  readonly eventName: string;
  readonly dynamodb: {
    readonly Keys: { readonly pk: { S: string }; readonly sk: { S: string } };
    readonly NewImage?: { readonly [name: string]: { S: string } };
    readonly OldImage?: { readonly [name: string]: { S: string } };
    readonly SequenceNumber: string;
  };
}

/** A partition of its own for each test, below the prefix that its mapping reads. */
const partition = (prefix: string): string => `${prefix}#${randomUUID()}`;

const put = (pk: string, sk: string, fields: { readonly [name: string]: string } = {}) =>
  db.send(
    new PutItemCommand({
      TableName,
      Item: Object.fromEntries(Object.entries({ pk, sk, ...fields }).map(([name, S]) => [name, { S }])),
    }),
  );

const recordsOf = (pk: string, { event }: SeenEvent): readonly Record[] =>
  ((event["Records"] as readonly Record[] | undefined) ?? []).filter(
    ({ dynamodb }) => dynamodb?.Keys.pk.S === pk,
  );

const batchesOf = (pk: string): (readonly Record[])[] =>
  cloud()
    .recorder.all((seen) => recordsOf(pk, seen).length > 0)
    .map((seen) => recordsOf(pk, seen));
const sortKeys = (batches: readonly (readonly Record[])[]): string[][] =>
  batches.map((batch) => batch.map(({ dynamodb }) => dynamodb.Keys.sk.S));

/** Resolves once so many records of a partition have been delivered; with the batches. */
async function delivered(pk: string, count: number): Promise<readonly (readonly Record[])[]> {
  await cloud().recorder.when(() => batchesOf(pk).flat().length >= count, `${count} records`);
  return batchesOf(pk);
}

describe.concurrent("streams", () => {
  row("stream.event", async () => {
    const pk = partition("plain");
    await put(pk, "1", { text: "before" });
    await put(pk, "1", { text: "after" });
    await db.send(new DeleteItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: "1" } } }));
    const [insert, modify, remove] = (await delivered(pk, 3)).flat();
    const table = cloud().cloud.model().tables[0];
    const keys = { pk: { S: pk }, sk: { S: "1" } };
    expect(insert).toEqual({
      eventID: expect.any(String) as string,
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: cloud().cloud.model().region,
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number) as number,
        Keys: keys,
        NewImage: { ...keys, text: { S: "before" } },
        SequenceNumber: expect.stringMatching(/^\d+$/) as string,
        SizeBytes: expect.any(Number) as number,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
      eventSourceARN: expect.stringContaining(`${table?.arn ?? "-"}/stream/`) as string,
    });
    expect(modify).toMatchObject({
      eventName: "MODIFY",
      dynamodb: { NewImage: { text: { S: "after" } }, OldImage: { text: { S: "before" } } },
    });
    expect(remove).toMatchObject({ eventName: "REMOVE", dynamodb: { OldImage: { text: { S: "after" } } } });
    expect(remove?.dynamodb).not.toHaveProperty("NewImage");
  });

  row("stream.order", async () => {
    const pk = partition("plain");
    const texts = Array.from({ length: 25 }, (_, at) => String(at));
    for (const text of texts) await put(pk, "1", { text });
    const records = (await delivered(pk, texts.length)).flat();
    expect(records.map(({ dynamodb }) => dynamodb.NewImage?.["text"]?.S)).toEqual(texts);
  });

  row("stream.filter", async () => {
    const pk = partition("filtered");
    await put(pk, "1", { kind: "unwanted" });
    await put(pk, "2", { kind: "wanted" });
    await put(pk, "2", { kind: "wanted", changed: "yes" });
    await put(pk, "3", { kind: "wanted" });
    expect(sortKeys(await delivered(pk, 2)).flat()).toEqual(["2", "3"]);
    const fence = partition("plain");
    await put(fence, "1");
    await delivered(fence, 1);
    expect(batchesOf(pk).flat()).toHaveLength(2);
  });

  row("stream.bisect", async () => {
    const pk = partition("bisected");
    for (const [sk, fails] of [["1"], ["2"], ["3", "always"], ["4"]] as [string, string?][]) {
      await put(pk, sk, fails === undefined ? {} : { fails });
    }
    await put(pk, "5");
    await cloud().recorder.when(() => sortKeys(batchesOf(pk)).flat().includes("5"), "the last record");
    const batches = sortKeys(batchesOf(pk));
    const good = batches.filter((batch) => !batch.includes("3")).flat();
    expect(good).toEqual(["1", "2", "4", "5"]);
    expect(batches.filter((batch) => batch.includes("3")).at(-1)).toEqual(["3"]);
  });

  row("stream.partial", async () => {
    const pk = partition("reported");
    for (const sk of ["1", "2", "3"]) await put(pk, sk, sk === "2" ? { fails: "reported" } : {});
    await cloud().recorder.when(
      () =>
        sortKeys(batchesOf(pk))
          .flat()
          .filter((sk) => sk === "3").length === 2,
      "3 again",
    );
    expect(sortKeys(batchesOf(pk))).toEqual([
      ["1", "2", "3"],
      ["2", "3"],
    ]);
  });
});

/** A record that is tried four times fences what is delivered meanwhile. */
row("stream.parallel", async () => {
  const pk = partition("parallel");
  await put(pk, "bad", { fails: "always" });
  const others = Array.from({ length: 20 }, (_, at) => `item ${at}`);
  for (const sk of others) await put(pk, sk);
  const attempts = (): number =>
    sortKeys(batchesOf(pk))
      .flat()
      .filter((sk) => sk === "bad").length;
  await cloud().recorder.when(() => attempts() === 4, "the last attempt");
  await delivered(pk, others.length + 4);
  const all = sortKeys(batchesOf(pk)).flat();
  const meanwhile = all.slice(all.indexOf("bad") + 1, all.lastIndexOf("bad")).filter((sk) => sk !== "bad");
  expect(meanwhile.length).toBeGreaterThan(0);
  expect(new Set(all)).toEqual(new Set(["bad", ...others]));
});

row("stream.parallel-order", async () => {
  const pk = partition("parallel");
  await put(pk, "item", { text: "bad", fails: "always" });
  const texts = Array.from({ length: 5 }, (_, at) => String(at));
  for (const text of texts) await put(pk, "item", { text });
  const records = (await delivered(pk, 4 + texts.length)).flat();
  const seen = records.map(({ dynamodb }) => dynamodb.NewImage?.["text"]?.S);
  expect(seen).toEqual(["bad", "bad", "bad", "bad", ...texts]);
});

/** These two share a mapping each, and so its window and its place in the stream. */
row("stream.batch", async () => {
  const pk = partition("batched");
  for (let sk = 1; sk <= 7; sk += 1) await put(pk, String(sk));
  const batches = sortKeys(await delivered(pk, 7));
  expect(batches.flat()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  expect(Math.max(...batches.map((batch) => batch.length))).toBe(3);
});

row("stream.window", async () => {
  const pk = partition("batched");
  await put(pk, "1");
  await put(pk, "2");
  expect(sortKeys(await delivered(pk, 2))).toEqual([["1", "2"]]);
});

row("stream.retries", async () => {
  const pk = partition("retried");
  await put(pk, "1", { fails: "always" });
  const next = partition("retried");
  await cloud().recorder.when(() => batchesOf(pk).length >= 3, "three attempts");
  await put(next, "1");
  await delivered(next, 1);
  expect(batchesOf(pk)).toHaveLength(3);
});

row("stream.on-failure", async () => {
  const pk = partition("retried");
  const sqs = new SQSClient({ endpoint: `${cloud().cloud.httpUrl}/_aws/sqs`, ...settings });
  const QueueUrl = `${cloud().cloud.httpUrl}/_aws/sqs/${cloud().cloud.model().accountId}/given-up`;
  // What earlier tests gave up is in the queue as well.
  await put(pk, "1", { fails: "always" });
  const [[record] = []] = await delivered(pk, 1);
  const sequenceNumber = record?.dynamodb.SequenceNumber;
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
      expect(Messages).toHaveLength(1);
      const told = JSON.parse(Messages[0]?.Body ?? "{}") as Fields;
      const about = told["DDBStreamBatchInfo"] as Fields;
      if (about["startSequenceNumber"] !== sequenceNumber) continue;
      expect(told).toMatchObject({
        requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 },
        responseContext: { statusCode: 200, functionError: "Unhandled" },
        version: "1.0",
        DDBStreamBatchInfo: { endSequenceNumber: sequenceNumber, batchSize: 1 },
      });
      expect(told).not.toHaveProperty("Records");
      return;
    }
  } finally {
    sqs.destroy();
  }
});
