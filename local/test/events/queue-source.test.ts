import type { ScheduleModel } from "../../assembly/messaging-model.ts";
import { afterEach, describe, expect, it } from "vitest";
import type { QueueModel } from "../../assembly/model.ts";
import { createEventSources, type EventModel, type EventSources } from "../../events/event-sources.ts";
import { createQueueService } from "../../events/queue-service.ts";
import type { QueueSourceModel } from "../../events/queue-source.ts";
import type { FunctionInvoker } from "../../functions/invocation.ts";
import {
  ACCOUNT,
  eventModel,
  fakeInvoker,
  logKept,
  queueModel,
  queueSource,
  REGION,
  type Call,
} from "./event-fixture.ts";
import { until } from "../support/pace.ts";

let open: EventSources[] = [];
afterEach(async () => {
  await Promise.all(open.map((sources) => sources.close()));
  open = [];
});

async function started(
  invoker: FunctionInvoker,
  source: Partial<QueueSourceModel> = {},
  queue: Partial<QueueModel> = {},
  model: Partial<EventModel> = {},
  before: readonly string[] = [],
) {
  const app = eventModel({
    queues: [queueModel("jobs", queue)],
    eventSources: [queueSource("jobs", source)],
    ...model,
  });
  const { log, lines } = logKept();
  const queues = createQueueService({
    queues: app.queues,
    accountId: ACCOUNT,
    dataDir: null,
    onFailure: () => undefined,
  });
  const jobs = queues.find({ name: "jobs" });
  if (jobs === undefined) throw new Error("The queue is missing");
  for (const body of before) jobs.send(body);
  const sources = createEventSources({
    model: app,
    databaseUrl: "http://127.0.0.1:9",
    queues,
    invoker,
    dataDir: null,
    log,
  });
  open.push(sources);
  await sources.start();
  const left = (): number => {
    const { visible, inFlight, delayed } = jobs.queue.counts(Date.now());
    return visible + inFlight + delayed;
  };
  return { sources, jobs, left, lines };
}

interface Record_ {
  readonly messageId: string;
  readonly body: string;
}
const records = (call: Call | undefined): readonly Record_[] =>
  (call?.event as { Records: Record_[] }).Records;
const bodies = (call: Call | undefined): string[] => records(call).map(({ body }) => body);

describe("a queue's messages", () => {
  it("reach the function in Lambda's shape, and are deleted when it succeeds", async () => {
    const { invoker, calls } = fakeInvoker();
    const { jobs, left } = await started(invoker);
    const { id } = jobs.send("hi", { kind: { DataType: "String", StringValue: "x" } });
    await until(() => calls.length === 1 && left() === 0, "delivered and deleted");
    expect(calls[0]).toEqual({
      functionId: "Fn",
      cause: "queue jobs",
      event: {
        Records: [
          {
            messageId: id,
            receiptHandle: expect.any(String) as string,
            body: "hi",
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
              SenderId: ACCOUNT,
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
            },
            messageAttributes: {
              kind: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
            },
            md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
            md5OfBody: "49f68a5c8493ec2c0bf489821c21fc3b",
            eventSource: "aws:sqs",
            eventSourceARN: queueModel("jobs").arn,
            awsRegion: REGION,
          },
        ],
      },
    });
  });

  it("come again after an error, when their visibility has ended", async () => {
    const { invoker, calls } = fakeInvoker((_, index) => {
      if (index === 0) throw new Error("not yet");
    });
    const { jobs, left } = await started(invoker, {}, { visibilityTimeoutSeconds: 1 });
    jobs.send("a");
    await until(() => calls.length === 2 && left() === 0, "the second attempt");
    expect(calls.map(bodies)).toEqual([["a"], ["a"]]);
  });

  it("come again where the function reports them as failed, and only those", async () => {
    const { invoker, calls } = fakeInvoker((call, index) =>
      index === 0
        ? {
            batchItemFailures: records(call)
              .filter(({ body }) => body === "b")
              .map(({ messageId }) => ({ itemIdentifier: messageId })),
          }
        : {},
    );
    const { left } = await started(
      invoker,
      { reportItemFailures: true },
      { visibilityTimeoutSeconds: 1 },
      {},
      ["a", "b", "c"],
    );
    await until(() => calls.length === 2 && left() === 0, "the second attempt");
    expect(calls.map(bodies)).toEqual([["a", "b", "c"], ["b"]]);
  });

  it.each([
    ["names a message that was not in the batch", { batchItemFailures: [{ itemIdentifier: "other" }] }],
    ["has an item without an identifier", { batchItemFailures: [{}] }],
    ["is no list", { batchItemFailures: "all" }],
  ])("all come again where the report %s", async (_, report) => {
    const { invoker, calls } = fakeInvoker((_call, index) => (index === 0 ? report : {}));
    const { lines } = await started(
      invoker,
      { reportItemFailures: true },
      { visibilityTimeoutSeconds: 1 },
      {},
      ["a", "b"],
    );
    await until(() => calls.length === 2, "the second attempt");
    expect(calls.map(bodies)).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(lines).toMatchObject([{ level: "warning", source: "jobsSource" }]);
  });

  it("are deleted unseen where the filters leave them out", async () => {
    const { invoker, calls } = fakeInvoker();
    const { left } = await started(invoker, { filters: [{ body: { kind: ["x"] } }] }, {}, {}, [
      `{"kind":"y"}`,
      `{"kind":"x"}`,
      "plain",
    ]);
    await until(() => left() === 0, "all gone");
    expect(calls.map(bodies)).toEqual([[`{"kind":"x"}`]]);
  });

  it("come in batches no larger than allowed, as many at a time as allowed", async () => {
    let [now, most] = [0, 0];
    const { invoker, calls } = fakeInvoker(async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 30));
      now -= 1;
    });
    const sent = Array.from({ length: 12 }, (_, n) => `m${n}`);
    const { left } = await started(invoker, { batchSize: 2, maxConcurrency: 2 }, {}, {}, sent);
    await until(() => left() === 0, "all delivered");
    expect(calls.flatMap(bodies).sort()).toEqual([...sent].sort());
    expect(Math.max(...calls.map((call) => bodies(call).length))).toBe(2);
    expect(most).toBe(2);
  });

  it("are gathered over the batch window", async () => {
    const { invoker, calls } = fakeInvoker();
    const { jobs } = await started(invoker, { batchSize: 3, batchWindowSeconds: 30 });
    for (const body of ["a", "b", "c"]) {
      jobs.send(body);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => calls.length > 0, "the full batch");
    expect(calls.map(bodies)).toEqual([["a", "b", "c"]]);
  });

  it("in flight at the end are waited for", async () => {
    let ended = false;
    const { invoker, calls } = fakeInvoker(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      ended = true;
    });
    const { sources, left } = await started(invoker, {}, {}, {}, ["a"]);
    await until(() => calls.length === 1, "in flight");
    await sources.close();
    expect([ended, left()]).toEqual([true, 0]);
  });
});

describe("a schedule", () => {
  const schedule: ScheduleModel = {
    id: "Sweep",
    arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/Sweep`,
    service: "rule",
    destination: { type: "function", functionId: "Fn" },
    timing: { type: "rate", everyMs: 100 },
    enabled: true,
  };
  const idle = { queues: [queueModel("jobs")], eventSources: [] };

  it("calls the function with EventBridge's event, again and again", async () => {
    const { invoker, calls } = fakeInvoker();
    const { sources } = await started(invoker, {}, {}, { ...idle, schedules: [schedule] });
    await until(() => calls.length >= 3, "three calls");
    await sources.close();
    expect(calls[0]).toEqual({
      functionId: "Fn",
      cause: "schedule Sweep",
      event: {
        version: "0",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        "detail-type": "Scheduled Event",
        source: "aws.events",
        account: ACCOUNT,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
        region: REGION,
        resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/Sweep`],
        detail: {},
      },
    });
  });

  it("passes its constant input, and does nothing while disabled", async () => {
    const { invoker, calls } = fakeInvoker();
    const schedules = [
      { ...schedule, id: "Off", enabled: false, input: "off" },
      { ...schedule, input: '{"type":"sweep"}' },
    ];
    await started(invoker, {}, {}, { ...idle, schedules });
    await until(() => calls.length >= 2, "two calls");
    expect(calls.map(({ event }) => event)).toEqual(calls.map(() => ({ type: "sweep" })));
  });
});
