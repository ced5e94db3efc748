import { setTimeout as delay } from "node:timers/promises";
import { atRate } from "../load/paced.ts";
import { usedSince, type CpuByRole } from "../measures/cpu-by-role.ts";
import { percentileOf } from "../measures/durations.ts";
import type { Contender } from "./contender.ts";
import { contentOf, type Outcome } from "./tally.ts";

/** Sends a second that are played again and again, by turns. */
const COMPARED = [10, 50, 100];
/** Then once each, until one is too much. */
const CLIMBED = [250, 500, 1_000, 2_000, 4_000];

/** One contender at one rate. */
export interface Played {
  readonly rate: number;
  readonly sustained: boolean;
  /** The numbers of its messages: from the first up to and without the other. */
  readonly messages: readonly [from: number, to: number];
  readonly outcome: Outcome;
  /** Seconds, by part. */
  readonly cpu: CpuByRole;
  /** Seconds of the process that is all the devices. */
  readonly devicesCpu: number;
  readonly memoryMb: number;
}

export interface Course {
  readonly contender: Contender;
  readonly played: readonly Played[];
}

/** Of the messages due, this share is acked before the seconds are over, and 99 % within the limit. */
const SUSTAINED_SHARE = 0.98;
const SUSTAINED_P99_MS = 1_000;
/** What follows a send: the worker's look at the table's stream, PostgreSQL's writers. */
const SETTLE_MS = 1_000;
/** A message that has reached nobody by then, and nothing else has since, is lost. */
const LOST_MS = 5_000;

/** @returns a course each, in the order of the contenders */
export async function playSideBySide(
  contenders: readonly Contender[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Course[]> {
  const courses = contenders.map((contender) => ({ contender, played: [] as Played[] }));
  for (const rate of [...COMPARED, ...CLIMBED]) {
    const going = courses.filter(
      ({ played }) => played.length === 0 || isRateSustained(played.at(-1)!.rate, played),
    );
    for (let round = 0; round < (COMPARED.includes(rate) ? rounds : 1); round += 1) {
      const order = round % 2 === 0 ? going : [...going].reverse();
      for (const { contender, played } of order) played.push(await play(contender, rate, seconds));
    }
  }
  return courses.map(({ contender, played }) => ({
    contender,
    // Once more: what has been told again since counts, too.
    played: played.map((one) => ({ ...one, outcome: contender.tally.outcome(...one.messages) })),
  }));
}

/** In most of its rounds. */
export function isRateSustained(
  rate: number,
  played: readonly Pick<Played, "rate" | "sustained">[],
): boolean {
  const rounds = played.filter((one) => one.rate === rate);
  return rounds.filter(({ sustained }) => sustained).length > rounds.length / 2;
}

async function play(contender: Contender, rate: number, seconds: number): Promise<Played> {
  const { tally } = contender;
  const from = tally.count;
  const [before, ownBefore] = [contender.cpu(), process.cpuUsage()];
  const over = performance.now() + seconds * 1000;
  await atRate(rate, seconds, async () => {
    const index = tally.sent(performance.now());
    if (await contender.send(index, contentOf(index))) tally.acked(index, performance.now());
  });
  const messages = [from, tally.count] as const;
  await received(() => tally.outcome(...messages));
  await delay(SETTLE_MS);
  const outcome = tally.outcome(...messages);
  const { user, system } = process.cpuUsage(ownBefore);
  return {
    rate,
    sustained: isSustained(outcome, tally.ackedBy(over, from)),
    messages,
    outcome,
    cpu: usedSince(before, contender.cpu()),
    devicesCpu: (user + system) / 1e6,
    memoryMb: contender.memoryMb(),
  };
}

/** Until every acked message has reached the other, or nothing has come for a while. */
async function received(look: () => Outcome): Promise<void> {
  let [lost, since] = [Infinity, performance.now()];
  while (lost > 0 && performance.now() - since < LOST_MS) {
    const now = look().lost;
    if (now < lost) [lost, since] = [now, performance.now()];
    if (lost > 0) await delay(20);
  }
}

export const isSustained = ({ sent, acks }: Pick<Outcome, "sent" | "acks">, ackedInTime: number): boolean =>
  ackedInTime >= sent * SUSTAINED_SHARE &&
  // One that is never acked counts as the slowest.
  percentileOf([...acks, ...Array<number>(sent - acks.length).fill(Infinity)], 0.99) < SUSTAINED_P99_MS;
