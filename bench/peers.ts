import { join } from "node:path";
import type { Socket } from "../test/support/events.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { startFunctionStage, type FunctionStage, type Run } from "./functions/function-stage.ts";
import { joinEvents, meet, sendEvent } from "./functions/people.ts";
import { percentileOf } from "./measures/durations.ts";
import { buildSample, seedSample } from "./peers/sample.ts";
import { startSlowDatabase, type SlowDatabase } from "./peers/slow-database.ts";

/** How the messages of a conversation are sent. */
const CASES = ["one speaks", "each answers the other", "without afterSeq", "the sample"] as const;
type Case = (typeof CASES)[number];

/**
 * Of the sample's time to the first push, where a database call takes as long as on AWS. Two calls in a row to its
 * three; without `afterSeq` it is three, too, one of which looks through a hundred messages for a repeat.
 */
const LIMITS: Readonly<Record<Case, number | null>> = {
  "one speaks": 0.85,
  "each answers the other": 0.85,
  "without afterSeq": 1.25,
  "the sample": null,
};

export const peers: Benchmark = {
  summary: "a send beside a handler as public samples have it, on one engine: first push, ack, units, CPU",
  options: { sends: 60, rounds: 5, "database-ms": 5 },
  run: async (options) => {
    const pushes: number[] = [];
    const stage = await startFunctionStage(() => pushes.push(Number(process.hrtime.bigint()) / 1e6));
    const database = await startSlowDatabase(stage.databaseUrl);
    try {
      const bed = await makeBed(stage, database, pushes, option(options, "sends"));
      const rounds = option(options, "rounds");
      const slow = option(options, "database-ms");
      return [
        ...figuresOf(`${slow} ms a database call`, await play(bed, rounds, slow), LIMITS),
        ...figuresOf("0 ms a database call", await play(bed, rounds, 0), null),
      ];
    } finally {
      await Promise.all([stage.stop(), database.stop()]);
    }
  },
};

interface Bed {
  readonly stage: FunctionStage;
  readonly database: SlowDatabase;
  /** When each push has arrived. */
  readonly pushes: number[];
  readonly sends: number;
  readonly conversationId: string;
  readonly speakers: readonly [Socket, Socket];
  readonly sample: string;
}

/** Two people with two devices each, all of which have the conversation open, in our table and in the sample's. */
async function makeBed(
  stage: FunctionStage,
  database: SlowDatabase,
  pushes: number[],
  sends: number,
): Promise<Bed> {
  const { conversationId, sender, devices } = await meet(stage);
  const [join1, ...joins] = joinEvents(devices, conversationId);
  await stage.run("websocket", join1, joins);
  await seedSample(stage, conversationId, devices);
  const sample = await buildSample(join(stage.workFolder, "sample"));
  const other = devices.find(({ userId }) => userId !== sender.userId) ?? sender;
  return { stage, database, pushes, sends, conversationId, speakers: [sender, other], sample };
}

/** What one fresh process has shown, medians of its sends once it is warm. */
interface Shown {
  readonly firstPushMs: number;
  readonly ackMs: number;
  readonly cpuMs: number;
  readonly writes: number;
  readonly reads: number;
  readonly pushes: number;
  readonly acked: number;
}

/** Round by round, each time in another order. */
async function play(bed: Bed, rounds: number, delayMs: number): Promise<readonly Record<Case, Shown>[]> {
  const all: Record<Case, Shown>[] = [];
  bed.database.delayMs = delayMs;
  for (let round = 0; round < rounds; round += 1) {
    const order = CASES.map((_, index) => CASES[(index + round) % CASES.length] as Case);
    const shown: Partial<Record<Case, Shown>> = {};
    for (const one of order) shown[one] = await show(bed, one);
    all.push(shown as Record<Case, Shown>);
  }
  return all;
}

async function show(bed: Bed, one: Case): Promise<Shown> {
  const { stage, database, conversationId, speakers, sends } = bed;
  const { delayMs } = database;
  database.delayMs = 0;
  const stored = await lastSeq(bed);
  database.delayMs = delayMs;
  const [first, ...more] = Array.from({ length: sends }, (_, n) =>
    sendEvent(
      one === "each answers the other" ? (speakers[n % 2] as Socket) : speakers[0],
      conversationId,
      n,
      one === "without afterSeq" ? undefined : stored + n,
    ),
  );
  database.takeUnits();
  const from = bed.pushes.length;
  const run = await stage.run("websocket", first, more, {
    ...(one === "the sample" && { codePath: bed.sample }),
    environment: { AWS_ENDPOINT_URL_DYNAMODB: database.url },
  });
  const { writes, reads } = database.takeUnits();
  const pushes = bed.pushes.slice(from);
  return {
    ...timesOf(run, pushes),
    writes: writes / sends,
    reads: reads / sends,
    pushes: pushes.length / sends,
  };
}

function timesOf({ calls, answers, warmCpuMs }: Run, pushes: readonly number[]) {
  const firstPushes = calls.flatMap(({ startedAt, endedAt }) => {
    const first = pushes.find((at) => at >= startedAt && at <= endedAt);
    return first === undefined ? [] : [first - startedAt];
  });
  return {
    firstPushMs: percentileOf(firstPushes, 0.5),
    ackMs: percentileOf(
      calls.map(({ startedAt, endedAt }) => endedAt - startedAt),
      0.5,
    ),
    cpuMs: warmCpuMs ?? Number.NaN,
    acked: answers.filter(({ body = "" }) => body.includes('"type":"ack"')).length / answers.length,
  };
}

function figuresOf(
  title: string,
  rounds: readonly Record<Case, Shown>[],
  limits: Readonly<Record<Case, number | null>> | null,
): readonly Figure[] {
  const median = (pick: (round: Record<Case, Shown>) => number): number =>
    percentileOf(rounds.map(pick), 0.5);
  return CASES.flatMap((one): Figure[] => {
    const name = `${title}, ${one}`;
    const ratio = (of: "firstPushMs" | "ackMs" | "cpuMs"): number =>
      median((round) => round[one][of] / round["the sample"][of]);
    const times: Figure[] = [
      { name: `${name}: first push`, value: median((round) => round[one].firstPushMs), unit: "ms" },
      { name: `${name}: ack`, value: median((round) => round[one].ackMs), unit: "ms" },
      { name: `${name}: CPU a send`, value: median((round) => round[one].cpuMs), unit: "ms" },
    ];
    const acked = Math.min(...rounds.map((round) => round[one].acked));
    const pushes = median((round) => round[one].pushes);
    const units: Figure[] = [
      { name: `${name}: acked`, value: acked, bound: exactly(acked, 1) },
      { name: `${name}: pushes a send`, value: pushes, bound: exactly(pushes, 3) },
      { name: `${name}: write units a send`, value: median((round) => round[one].writes) },
      { name: `${name}: read units a send`, value: median((round) => round[one].reads) },
    ];
    if (one === "the sample") return [...times, ...units];
    const firstPush = ratio("firstPushMs");
    const limit = limits?.[one] ?? null;
    return [
      ...times,
      {
        name: `${name}: first push, of the sample's`,
        value: firstPush,
        ...(limit !== null && { bound: atMost(firstPush, limit) }),
      },
      { name: `${name}: ack, of the sample's`, value: ratio("ackMs") },
      { name: `${name}: CPU, of the sample's`, value: ratio("cpuMs") },
      ...units,
    ];
  });
}

/** Of the conversation, after one more message. */
async function lastSeq({ stage, speakers, conversationId }: Bed): Promise<number> {
  const { answers } = await stage.run("websocket", sendEvent(speakers[0], conversationId, 0));
  const { data } = JSON.parse(answers[0]?.body ?? "{}") as { data: { message: { seq: number } } };
  return data.message.seq;
}
