import { join } from "node:path";
import type { Socket } from "../../test/support/events.ts";
import type { FunctionStage, Run } from "../functions/function-stage.ts";
import { joinEvents, meet, sendEvent } from "../functions/people.ts";
import { percentileOf } from "../measures/durations.ts";
import { ackedInTurn, nextSeqs } from "./acks.ts";
import { buildSample, seedSample } from "./sample.ts";
import type { SlowDatabase } from "./slow-database.ts";
import type { SocketIoTalk, TalkShown } from "./socketio-talk.ts";

/** How the messages of a conversation are sent to functions. */
export const CASES = ["one speaks", "each answers the other", "without afterSeq", "the sample"] as const;
export type Case = (typeof CASES)[number];

/** Where the cases are played: two people with two devices each, all of which have the conversation open. */
export interface Bed {
  readonly stage: FunctionStage;
  readonly database: SlowDatabase;
  /** When each push has arrived. */
  readonly pushes: readonly number[];
  readonly conversationId: string;
  readonly speakers: readonly [Socket, Socket];
  /** Folder of the sample's code. */
  readonly sample: string;
  /** The same four devices on Socket.IO; null without PostgreSQL. */
  readonly talk: SocketIoTalk | null;
}

/** What one fresh process has shown, medians of its sends once it is warm. */
export interface Shown {
  readonly firstPushMs: number;
  readonly ackMs: number;
  readonly cpuMs: number;
  /** Units a send. */
  readonly writes: number;
  readonly reads: number;
  /** A send. */
  readonly pushes: number;
  /** The share of sends answered by an ack; ours with the next seq. */
  readonly acked: number;
}

export interface Round {
  readonly cases: Readonly<Record<Case, Shown>>;
  readonly socketIo: TalkShown | null;
}

/** In our table and in the sample's. */
export async function makeBed(
  stage: FunctionStage,
  database: SlowDatabase,
  pushes: readonly number[],
  talk: SocketIoTalk | null,
): Promise<Bed> {
  const { conversationId, sender, devices } = await meet(stage);
  const [join1, ...joins] = joinEvents(devices, conversationId);
  await stage.run("websocket", join1, joins);
  await seedSample(stage, conversationId, devices);
  const sample = await buildSample(join(stage.workFolder, "sample"));
  const other = devices.find(({ userId }) => userId !== sender.userId) ?? sender;
  return { stage, database, pushes, conversationId, speakers: [sender, other], sample, talk };
}

/** Round by round, each time in another order. */
export async function playRounds(bed: Bed, rounds: number, sends: number, delayMs: number): Promise<Round[]> {
  const played: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = CASES.map((_, index) => CASES[(index + round) % CASES.length] as Case);
    const shown: Partial<Record<Case, Shown>> = {};
    for (const one of order) shown[one] = await showCase(bed, one, sends, delayMs);
    const socketIo = (await bed.talk?.show(sends, delayMs)) ?? null;
    played.push({ cases: shown as Record<Case, Shown>, socketIo });
  }
  return played;
}

async function showCase(bed: Bed, one: Case, sends: number, delayMs: number): Promise<Shown> {
  const { stage, database, conversationId, speakers } = bed;
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
  const bodies = run.answers.map(({ body }) => body);
  return {
    ...timesOf(run, pushes),
    acked: ackedInTurn(bodies, one === "the sample" ? null : nextSeqs(stored, sends)) / sends,
    writes: writes / sends,
    reads: reads / sends,
    pushes: pushes.length / sends,
  };
}

function timesOf({ calls, warmCpuMs }: Run, pushes: readonly number[]) {
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
  };
}

/** Of the conversation, after one more message. */
async function lastSeq({ stage, speakers, conversationId }: Bed): Promise<number> {
  const { answers } = await stage.run("websocket", sendEvent(speakers[0], conversationId, 0));
  const { data } = JSON.parse(answers[0]?.body ?? "{}") as { data: { message: { seq: number } } };
  return data.message.seq;
}
