import { describe, expect, it } from "vitest";
import { deliverBatch, type Discard, type StreamSourceModel } from "../../events/stream-delivery.ts";
import type { StreamRecord } from "../../events/stream-record.ts";
import { fakeInvoker, logKept, streamSource, TABLE, type Call } from "./event-fixture.ts";

/** Never a whole minute, which one engine cuts its times to. */
const NOW_SECONDS = Math.floor(Date.now() / 60_000) * 60 + 0.5;

function record(sequence: number, ageSeconds = 0): StreamRecord {
  return {
    eventID: String(sequence),
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    dynamodb: { ApproximateCreationDateTime: NOW_SECONDS - ageSeconds, SequenceNumber: String(sequence) },
    eventSourceARN: `${TABLE.arn}/stream/x`,
  };
}

const sequences = (call: Call): string =>
  (call.event as { Records: StreamRecord[] }).Records.map(({ dynamodb }) => dynamodb.SequenceNumber).join();

async function deliver(
  source: Partial<StreamSourceModel>,
  batch: readonly StreamRecord[],
  answer: (call: Call, index: number) => unknown,
  signal = new AbortController().signal,
) {
  const { invoker, calls } = fakeInvoker(answer);
  const discards: Discard[] = [];
  const positions: string[] = [];
  await deliverBatch(
    {
      source: streamSource(source),
      invoker,
      cause: "test",
      log: logKept().log,
      signal,
      advance: ({ dynamodb }) => positions.push(dynamodb.SequenceNumber),
      discard: (lost) => discards.push(lost),
    },
    batch,
  );
  const lost = discards.map(({ condition, records }) => [
    condition,
    records.map(({ eventID }) => eventID).join(),
  ]);
  return { calls: calls.map(sequences), lost, positions };
}

const fail = (): never => {
  throw new Error("no");
};
const failing =
  (...bad: string[]) =>
  (call: Call) => {
    if (
      sequences(call)
        .split(",")
        .some((one) => bad.includes(one))
    )
      fail();
  };
const reporting =
  (...bad: string[]) =>
  (call: Call) => ({
    batchItemFailures: sequences(call)
      .split(",")
      .filter((one) => bad.includes(one))
      .map((itemIdentifier) => ({ itemIdentifier })),
  });

describe("delivering a batch of a stream", () => {
  it("gives up after the retries allowed, and goes on behind", async () => {
    expect(await deliver({ maxRetries: 2 }, [record(1), record(2)], fail)).toEqual({
      calls: ["1,2", "1,2", "1,2"],
      lost: [["RetryAttemptsExhausted", "1,2"]],
      positions: ["2"],
    });
  });

  it("does not try records that are too old, and tries the others", async () => {
    const batch = [record(1, 200), record(2)];
    expect(await deliver({ maxRecordAgeSeconds: 120 }, batch, () => null)).toEqual({
      calls: ["2"],
      lost: [["RecordAgeExceeded", "1"]],
      positions: ["1", "2"],
    });
  });

  it("halves a failing batch without counting that as a retry, and keeps the order", async () => {
    const batch = [1, 2, 3, 4].map((n) => record(n));
    expect(await deliver({ maxRetries: 0, bisectOnError: true }, batch, failing("2"))).toEqual({
      calls: ["1,2,3,4", "1,2", "1", "2", "3,4"],
      lost: [["RetryAttemptsExhausted", "2"]],
      positions: ["1", "2", "4"],
    });
  });

  it("cuts at the lowest reported failure, whatever the order of the report", async () => {
    const batch = [1, 2, 3].map((n) => record(n));
    const answer = (call: Call, index: number) => (index === 0 ? reporting("3", "2")(call) : {});
    expect(await deliver({ reportItemFailures: true }, batch, answer)).toEqual({
      calls: ["1,2,3", "2,3"],
      lost: [],
      positions: ["1", "3"],
    });
  });

  it("loses only the record that is reported over and over, when it may bisect", async () => {
    const batch = [1, 2, 3].map((n) => record(n));
    const source = { reportItemFailures: true, bisectOnError: true, maxRetries: 1 };
    expect(await deliver(source, batch, reporting("2"))).toEqual({
      calls: ["1,2,3", "2,3", "2", "2", "3"],
      lost: [["RetryAttemptsExhausted", "2"]],
      positions: ["1", "2", "3"],
    });
  });

  it("takes a report it cannot read as a failure of all", async () => {
    const answer = (_: Call, index: number) =>
      index === 0 ? { batchItemFailures: [{ itemIdentifier: "9" }] } : null;
    const { calls } = await deliver({ reportItemFailures: true }, [record(1), record(2)], answer);
    expect(calls).toEqual(["1,2", "1,2"]);
  });

  it("stops between attempts when it is ended, without giving anything up", async () => {
    const stop = new AbortController();
    const answer = (): never => {
      stop.abort();
      return fail();
    };
    expect(await deliver({}, [record(1)], answer, stop.signal)).toEqual({
      calls: ["1"],
      lost: [],
      positions: [],
    });
  });
});
