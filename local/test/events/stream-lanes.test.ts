import { expect, it } from "vitest";
import { createStreamLanes } from "../../events/stream-lanes.ts";
import type { StreamRecord } from "../../events/stream-record.ts";

const record = (item: string, SequenceNumber: string): StreamRecord =>
  ({ dynamodb: { Keys: { pk: { S: item } }, SequenceNumber } }) as unknown as StreamRecord;
const numberOf = ({ dynamodb }: StreamRecord): string => dynamodb.SequenceNumber;

interface Batch {
  readonly numbers: readonly string[];
  /** Deals with all of it. */
  finish(): void;
  /** Deals with its first record alone. */
  advance(): void;
}

/** Lanes whose batches the test ends by hand. */
function scene(count: number, batchSize: number) {
  const batches: Batch[] = [];
  const positions: string[] = [];
  const stop = new AbortController();
  const lanes = createStreamLanes({
    count,
    batchSize,
    deliver: (records, advance) =>
      new Promise((resolve) => {
        batches.push({
          numbers: records.map(numberOf),
          advance: () => advance(records[0] as StreamRecord),
          finish: () => {
            advance(records.at(-1) as StreamRecord);
            resolve();
          },
        });
        stop.signal.addEventListener("abort", () => resolve());
      }),
    advance: (done) => positions.push(numberOf(done)),
    signal: stop.signal,
  });
  const batchOf = (number: string): Batch => {
    const found = batches.find(({ numbers }) => numbers.includes(number));
    if (found === undefined) throw new Error(`${number} is in no batch`);
    return found;
  };
  return { lanes, batches, batchOf, positions, stop };
}

it("know an item by its key, in whatever order its attributes come", () => {
  const { lanes, batches } = scene(10, 1);
  const keyed = (SequenceNumber: string, Keys: object): StreamRecord =>
    ({ dynamodb: { Keys, SequenceNumber } }) as unknown as StreamRecord;
  for (let at = 0; at < 10; at += 1) {
    const [pk, sk] = [{ S: `p${at}` }, { S: "s" }];
    lanes.add([keyed(`${at} first`, { pk, sk }), keyed(`${at} second`, { sk, pk })]);
  }
  expect(batches.filter(({ numbers }) => numbers[0]?.endsWith("second"))).toEqual([]);
});

/** Two items that ten lanes keep apart. */
const [A, B] = ["a", "b"];

it("keep the records of one item in one batch at a time, in order", async () => {
  const { lanes, batches, batchOf } = scene(10, 1);
  lanes.add([record(A, "1"), record(B, "2"), record(A, "3")]);
  expect(batches.map(({ numbers }) => numbers).flat()).toEqual(expect.arrayContaining(["1", "2"]));
  expect(batches).toHaveLength(2);
  batchOf("2").finish();
  batchOf("1").finish();
  await expect.poll(() => batches.length).toBe(3);
  batchOf("3").finish();
  await lanes.settle();
  expect(lanes.isDone()).toBe(true);
});

it("move the position only when all before is dealt with, in whatever lane", () => {
  const { lanes, batchOf, positions } = scene(10, 10);
  lanes.add([record(A, "1"), record(B, "2"), record(A, "3"), record(B, "4")]);
  batchOf("2").finish();
  expect(positions).toEqual([]);
  batchOf("1").advance();
  expect(positions).toEqual(["2"]);
  batchOf("1").finish();
  expect(positions).toEqual(["2", "4"]);
  expect(lanes.isDone()).toBe(true);
});

it("take more while one of them is free, and no more than a batch for each waits", async () => {
  const { lanes, batchOf } = scene(10, 1);
  lanes.add([record(A, "1"), ...Array.from({ length: 9 }, (_, at) => record(A, `more ${at}`))]);
  await lanes.room();
  lanes.add([record(A, "last")]);
  let hasRoom = false;
  const room = lanes.room().then(() => (hasRoom = true));
  await Promise.resolve();
  expect(hasRoom).toBe(false);
  batchOf("1").finish();
  expect(hasRoom).toBe(false);
  for (let at = 0; at < 9; at += 1) {
    await expect.poll(() => batchOf(`more ${at}`)).toBeDefined();
    batchOf(`more ${at}`).finish();
  }
  await expect.poll(() => batchOf("last")).toBeDefined();
  batchOf("last").finish();
  await room;
});

it("of which there is one take no more before it is done", async () => {
  const { lanes, batchOf } = scene(1, 100);
  lanes.add([record(A, "1"), record(B, "2")]);
  expect(batchOf("1").numbers).toEqual(["1", "2"]);
  let hasRoom = false;
  const room = lanes.room().then(() => (hasRoom = true));
  await Promise.resolve();
  expect(hasRoom).toBe(false);
  batchOf("1").finish();
  await room;
});

it("leave open what the end of the source has cut short", async () => {
  const { lanes, batches, positions, stop } = scene(10, 1);
  lanes.add([record(A, "1"), record(A, "2")]);
  stop.abort();
  await lanes.settle();
  await lanes.room();
  expect(batches).toHaveLength(1);
  expect(positions).toEqual([]);
  expect(lanes.isDone()).toBe(false);
});
