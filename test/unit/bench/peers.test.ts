import { expect, test } from "vitest";
import { turnOf } from "../../../bench/load/turns.ts";
import { ackedInTurn, nextSeqs } from "../../../bench/peers/acks.ts";
import { partOfCloud } from "../../../bench/peers/cloud-contender.ts";
import { newestOf } from "../../../bench/peers/postgres.ts";
import { isRateSustained, isSustained } from "../../../bench/peers/side-by-side.ts";
import { partOfSocketIo } from "../../../bench/peers/socketio-contender.ts";
import { Started } from "../../../bench/peers/started.ts";
import { contentOf, indexIn, Tally } from "../../../bench/peers/tally.ts";

test("pairs speak in turn, and within a pair now one, now the other", () => {
  expect([0, 1, 2, 3, 4].map((index) => turnOf(index, 2))).toEqual([
    { pair: 0, sender: 0, receiver: 1 },
    { pair: 1, sender: 2, receiver: 3 },
    { pair: 0, sender: 1, receiver: 0 },
    { pair: 1, sender: 3, receiver: 2 },
    { pair: 0, sender: 0, receiver: 1 },
  ]);
});

test("a message's number is found in its 200 bytes", () => {
  expect(contentOf(1234)).toHaveLength(200);
  expect(indexIn(contentOf(1234))).toBe(1234);
});

const ack = (seq: number): string => JSON.stringify({ type: "ack", data: { message: { seq } } });

test("acks count where each has the next seq", () => {
  const seqs = nextSeqs(5, 3);
  expect(ackedInTurn([ack(6), ack(7), ack(8)], seqs)).toBe(3);
  expect(ackedInTurn([ack(6), ack(6), ack(8)], seqs)).toBe(2);
  expect(ackedInTurn([ack(6), undefined, '{"type":"error"}'], seqs)).toBe(1);
  expect(ackedInTurn(['{"type":"ack","message":{}}', '{"type":"error"}'], null)).toBe(1);
});

test("a tally tells once from lost, doubled and astray", () => {
  const tally = new Tally(2);
  for (const at of [10, 20, 30, 40]) tally.sent(at);
  // Received before it is acked, as happens.
  tally.received(0, 1, 13);
  tally.acked(0, 15);
  // Lost.
  tally.acked(1, 26);
  // Told twice, and to its sender.
  tally.acked(2, 37);
  tally.received(2, 0, 38);
  tally.received(2, 0, 39);
  tally.received(2, 1, 39);
  // Never acked: nothing is owed.
  expect(tally.outcome(0, tally.count)).toEqual({
    sent: 4,
    acks: [5, 6, 7],
    receipts: [3, 8],
    lost: 1,
    doubled: 1,
    astray: 1,
  });
  expect(tally.outcome(3, 4)).toEqual({ sent: 1, acks: [], receipts: [], lost: 0, doubled: 0, astray: 0 });
  expect(tally.ackedBy(26, 0)).toBe(2);
  expect(tally.ackedBy(40, 1)).toBe(2);
});

test("a message that nobody has sent is an error of the load", () => {
  expect(() => new Tally(1).received(0, 1, 5)).toThrow("Nobody has sent message 0.");
});

test.each([
  ["all in time", 100, 100, 50, true],
  ["98 % in time", 100, 98, 50, true],
  ["97 % in time", 100, 97, 50, false],
  ["a second at the 99th percentile", 100, 100, 1_000, false],
  ["two of a hundred never acked", 98, 98, 50, false],
])("a rate with %s", (_, acked, inTime, ms, sustained) => {
  expect(isSustained({ sent: 100, acks: Array<number>(acked).fill(ms) }, inTime)).toBe(sustained);
});

test("a rate is sustained where most of its rounds are", () => {
  const rounds = [true, true, false].map((sustained) => ({ rate: 50, sustained }));
  expect(isRateSustained(50, [{ rate: 10, sustained: false }, ...rounds])).toBe(true);
  expect(isRateSustained(50, rounds.slice(1))).toBe(false);
});

test("of PostgreSQL's versions the newest, by number", () => {
  expect(newestOf(["9.6", "15", "13", "common"])).toBe("15");
  expect(newestOf(["common"])).toBeUndefined();
});

test("processes are counted to their part", () => {
  expect(["main process", "WebSocketFunction", "dynoxide", "sh"].map(partOfCloud)).toEqual([
    "main process",
    "functions",
    "engine",
    "engine",
  ]);
  expect(
    [
      "/usr/bin/node",
      "/usr/lib/postgresql/15/bin/postgres",
      "postgres: walwriter ",
      "postgres: bench postgres [local] idle",
    ].map(partOfSocketIo),
  ).toEqual(["server", "the rest of PostgreSQL", "the rest of PostgreSQL", "PostgreSQL's backends"]);
});

test("what was started is stopped, the last first, also where one does not stop", async () => {
  const stopped: string[] = [];
  const started = new Started();
  const one = (name: string, error?: Error) =>
    started.add(
      Promise.resolve({
        stop: () => {
          stopped.push(name);
          return error === undefined ? Promise.resolve() : Promise.reject(error);
        },
      }),
    );
  await one("first");
  await one("second", new Error("It hangs."));
  await one("third");
  await expect(started.stop()).rejects.toThrow("It hangs.");
  expect(stopped).toEqual(["third", "second", "first"]);
  await started.stop();
  expect(stopped).toHaveLength(3);
});
