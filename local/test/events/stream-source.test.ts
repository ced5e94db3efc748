import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { ACCOUNT, fakeInvoker, queueModel, REGION } from "./event-fixture.ts";
import { until } from "../support/pace.ts";
import { keys, records, streamsOn } from "./stream-fixture.ts";

describe.each(["native", "java"] as const)("a table's stream on the %s engine", (prefer) => {
  const { db, table, put, model, started } = streamsOn(prefer);

  it("reaches the function in Lambda's shape, and leaves out writes that change nothing", async () => {
    const { invoker, calls } = fakeInvoker();
    await started(invoker, model({ batchSize: 1 }));
    const item = { bytes: { B: Buffer.from("x") }, list: { L: [{ N: "1" }, { BS: [Buffer.from("y")] }] } };
    await put("a", item);
    await put("a", item);
    await db().send(new DeleteItemCommand({ TableName: table().name, Key: { pk: { S: "a" } } }));
    await until(() => calls.length === 2, "insert and removal have been delivered");
    const stored = { pk: { S: "a" }, bytes: { B: "eA==" }, list: { L: [{ N: "1" }, { BS: ["eQ=="] }] } };
    expect(calls[0]).toEqual({
      functionId: "Fn",
      cause: `stream ${table().name}`,
      event: {
        Records: [
          {
            eventID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
            eventName: "INSERT",
            eventVersion: "1.1",
            eventSource: "aws:dynamodb",
            awsRegion: REGION,
            dynamodb: {
              ApproximateCreationDateTime: expect.any(Number) as number,
              Keys: { pk: { S: "a" } },
              NewImage: stored,
              SequenceNumber: expect.stringMatching(/^\d+$/) as string,
              SizeBytes: expect.any(Number) as number,
              StreamViewType: "NEW_AND_OLD_IMAGES",
            },
            eventSourceARN: expect.stringMatching(new RegExp(`^${table().arn}/stream/.+`)) as string,
          },
        ],
      },
    });
    expect(records(calls[1])[0]).toMatchObject({ eventName: "REMOVE", dynamodb: { OldImage: stored } });
  });

  it("is read from its beginning or from now, as the mapping says", async () => {
    await put("before");
    const [fromNow, fromStart] = [fakeInvoker(), fakeInvoker()];
    await started(fromNow.invoker, model({ startingPosition: "LATEST" }));
    await started(fromStart.invoker, model({ startingPosition: "TRIM_HORIZON" }));
    await put("after");
    await until(
      () => fromNow.calls.length > 0 && fromStart.calls.flatMap(keys).length === 2,
      "both have got theirs",
    );
    expect(fromNow.calls.flatMap(keys)).toEqual(["after"]);
    expect(fromStart.calls.flatMap(keys)).toEqual(["before", "after"]);
  });

  it("comes in order, in batches no larger than allowed, each record once", async () => {
    const { invoker, calls } = fakeInvoker();
    await started(invoker, model({ batchSize: 7 }));
    const wanted = Array.from({ length: 40 }, (_, n) => `item-${n}`);
    for (const pk of wanted) await put(pk);
    await until(() => calls.flatMap(keys).length >= wanted.length, "all records");
    expect(calls.flatMap(keys)).toEqual(wanted);
    expect(Math.max(...calls.map((call) => keys(call).length))).toBeLessThanOrEqual(7);
  });

  it("waits for the batch window unless the batch is full", async () => {
    const { invoker, calls } = fakeInvoker();
    await started(invoker, model({ batchSize: 3, batchWindowSeconds: 30 }));
    for (const pk of ["a", "b", "c"]) await put(pk);
    await until(() => calls.length > 0, "the full batch");
    expect(calls.map(keys)).toEqual([["a", "b", "c"]]);
  });

  it("is tried again, in order, until it succeeds", async () => {
    const { invoker, calls } = fakeInvoker((_, index) => {
      if (index < 2) throw new Error("not yet");
    });
    await started(invoker, model());
    await put("a");
    await until(() => calls.length >= 1, "the first attempt");
    await put("b");
    await until(() => calls.flatMap(keys).includes("b"), "the next record");
    expect(calls.slice(0, 3).map((call) => keys(call)[0])).toEqual(["a", "a", "a"]);
  });

  it("goes on behind the first reported failure, and delivers nothing before it twice", async () => {
    const { invoker, calls } = fakeInvoker((call, index) =>
      index === 0
        ? { batchItemFailures: [{ itemIdentifier: records(call)[1]?.dynamodb.SequenceNumber }] }
        : {},
    );
    await started(invoker, model({ batchSize: 3, batchWindowSeconds: 30, reportItemFailures: true }));
    for (const pk of ["a", "b", "c"]) await put(pk);
    await until(() => calls.length >= 2, "the second attempt");
    expect(calls.map(keys)).toEqual([
      ["a", "b", "c"],
      ["b", "c"],
    ]);
  });

  it("is bisected down to the record that fails, which goes to the failure queue", async () => {
    const poison = "bad";
    const { invoker, calls } = fakeInvoker((call) => {
      if (keys(call).includes(poison)) throw new TypeError("poisoned");
    });
    const failures = queueModel("failures");
    const { queues } = await started(
      invoker,
      model(
        {
          batchSize: 4,
          batchWindowSeconds: 30,
          bisectOnError: true,
          maxRetries: 1,
          onFailureQueueArn: failures.arn,
        },
        { queues: [failures] },
      ),
    );
    for (const pk of ["a", "b", poison, "c"]) await put(pk);
    const receive = queues.find({ id: "failures" })?.receive({ max: 10, waitMs: 10_000 });
    const [message] = (await receive) ?? [];
    await until(() => calls.some((call) => keys(call).join() === "c"), "the record behind it");
    expect(calls.map((call) => keys(call).join())).toEqual(["a,b,bad,c", "a,b", "bad,c", "bad", "bad", "c"]);
    const sequence = records(calls[3])[0]?.dynamodb.SequenceNumber;
    expect(JSON.parse(message?.body ?? "null")).toMatchObject({
      requestContext: {
        functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:parley-fn:$LATEST`,
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      DDBStreamBatchInfo: { startSequenceNumber: sequence, endSequenceNumber: sequence, batchSize: 1 },
    });
  });

  it("is looked at when it is nudged, however long until the next look", async () => {
    const { invoker, calls } = fakeInvoker();
    const { sources } = await started(invoker, model(), null, { streamIdleMs: 600_000 });
    for (let n = 1; n <= 3; n += 1) {
      await put(`item-${n}`);
      sources.nudge();
      await until(() => calls.length === n, "delivery");
    }
  });
});
