import { exactly, type Figure } from "../benchmark.ts";
import { percentileOf } from "../measures/durations.ts";
import { FUNCTIONS } from "./cloud-contender.ts";
import { isRateSustained, type Course, type Played } from "./side-by-side.ts";
import type { Outcome } from "./tally.ts";

const TIMES = [
  { name: "send to ack, p50", of: ({ outcome }: Played) => percentileOf(outcome.acks, 0.5) },
  { name: "send to ack, p99", of: ({ outcome }: Played) => percentileOf(outcome.acks, 0.99) },
  { name: "send to receipt, p50", of: ({ outcome }: Played) => percentileOf(outcome.receipts, 0.5) },
  { name: "send to receipt, p99", of: ({ outcome }: Played) => percentileOf(outcome.receipts, 0.99) },
];

/** Milliseconds a send that was acked. */
const cpuOf = (part: string) => (played: Played) =>
  ((played.cpu.get(part) ?? 0) / played.outcome.acks.length) * 1000;
const devicesCpuOf = ({ devicesCpu, outcome }: Played): number => (devicesCpu / outcome.acks.length) * 1000;
const wholeCpuOf = (played: Played): number =>
  [...played.cpu.keys()].reduce((sum, part) => sum + cpuOf(part)(played), 0);

/** Of the cloud, of Socket.IO, and of the first in the second's, round by round. */
export function sideBySideFigures(cloud: Course, socketIo: Course): Figure[] {
  const rates = [...new Set([...cloud.played, ...socketIo.played].map(({ rate }) => rate))];
  return [
    ...rates.flatMap((rate) => [
      ...[cloud, socketIo].flatMap((course) => rateFigures(course, rate)),
      ...ratioFigures(rate, at(cloud, rate), at(socketIo, rate)),
    ]),
    ...[cloud, socketIo].flatMap(courseFigures),
    {
      name: "memory, the local cloud's in Socket.IO's",
      value: mostMemoryOf(cloud) / mostMemoryOf(socketIo),
      unit: "times",
    },
  ];
}

const at = ({ played }: Course, rate: number): readonly Played[] => played.filter((one) => one.rate === rate);

function rateFigures(course: Course, rate: number): Figure[] {
  const rounds = at(course, rate);
  if (rounds.length === 0) return [];
  const median = (of: (played: Played) => number): number => percentileOf(rounds.map(of), 0.5);
  const name = `${rate}/s, ${course.contender.name}`;
  const parts = [...new Set(rounds.flatMap(({ cpu }) => [...cpu.keys()]))];
  return [
    { name: `${name}: sustained`, value: isRateSustained(rate, rounds) ? "yes" : "no" },
    ...TIMES.map(({ name: what, of }) => ({ name: `${name}: ${what}`, value: median(of), unit: "ms" })),
    ...parts.map((part) => ({
      name: `${name}: CPU a send, ${part}`,
      value: median(cpuOf(part)),
      unit: "ms",
    })),
    ...(parts.includes(FUNCTIONS)
      ? [
          {
            name: `${name}: CPU a send, all but the functions`,
            value: median((played) => wholeCpuOf(played) - cpuOf(FUNCTIONS)(played)),
            unit: "ms",
          },
        ]
      : []),
    { name: `${name}: CPU a send, the devices`, value: median(devicesCpuOf), unit: "ms" },
  ];
}

function ratioFigures(rate: number, cloud: readonly Played[], socketIo: readonly Played[]): Figure[] {
  const rounds = cloud.flatMap((one, round) => {
    const other = socketIo[round];
    return other !== undefined && one.sustained && other.sustained ? [{ one, other }] : [];
  });
  if (rounds.length === 0) return [];
  const ratio = (of: (played: Played) => number): number =>
    percentileOf(
      rounds.map(({ one, other }) => of(one) / of(other)),
      0.5,
    );
  const all = [...TIMES, { name: "CPU a send, all processes", of: wholeCpuOf }];
  return all.map(({ name, of }) => ({
    name: `${rate}/s: ${name}, the local cloud's in Socket.IO's`,
    value: ratio(of),
    unit: "times",
  }));
}

/** Bounded at the rates that it sustains: beyond, by contract, an event may come twice, and clients know it by its seq. */
function courseFigures(course: Course): Figure[] {
  const { played } = course;
  const { name } = course.contender;
  const sustained = played.filter((one) => one.sustained);
  const beyond = played.filter((one) => !one.sustained);
  const counted = countsOf(sustained).map(([what, value]) => ({
    name: `${name}: ${what}`,
    value,
    bound: exactly(value, 0),
  }));
  return [
    {
      name: `${name}: highest rate sustained`,
      value: Math.max(0, ...sustained.map(({ rate }) => rate)),
      unit: "sends/s",
    },
    { name: `${name}: memory, at most`, value: mostMemoryOf(course), unit: "MB" },
    { name: `${name}: messages sent in rounds sustained`, value: sumOf(sustained, ({ sent }) => sent) },
    ...counted,
    ...(beyond.length === 0
      ? []
      : [
          { name: `${name}: messages sent in others`, value: sumOf(beyond, ({ sent }) => sent) },
          ...countsOf(beyond).map(([what, value]) => ({ name: `${name}: of these, ${what}`, value })),
        ]),
  ];
}

const countsOf = (played: readonly Played[]): readonly (readonly [string, number])[] => [
  ["not acked", sumOf(played, ({ sent, acks }) => sent - acks.length)],
  ["acked and not told to the other device", sumOf(played, ({ lost }) => lost)],
  ["told to it again", sumOf(played, ({ doubled }) => doubled)],
  ["told to another device", sumOf(played, ({ astray }) => astray)],
];

const sumOf = (played: readonly Played[], of: (outcome: Outcome) => number): number =>
  played.reduce((total, { outcome }) => total + of(outcome), 0);

/** In the rounds sustained: beyond, what waits takes memory. */
const mostMemoryOf = ({ played }: Course): number =>
  Math.max(0, ...played.filter(({ sustained }) => sustained).map(({ memoryMb }) => memoryMb));
