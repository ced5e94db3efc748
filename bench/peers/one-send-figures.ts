import { atMost, exactly, type Bound, type Figure } from "../benchmark.ts";
import { percentileOf } from "../measures/durations.ts";
import { CASES, type Case, type Round, type Shown } from "./one-send.ts";

/**
 * Of the sample's time to the first push, where a database call takes as long as on AWS. Two calls in a row to its
 * three; without `afterSeq` it is three, too, one of which looks through a hundred messages for a repeat.
 */
export const FIRST_PUSH_LIMITS: Readonly<Record<Case, number | null>> = {
  "one speaks": 0.85,
  "each answers the other": 0.85,
  "without afterSeq": 1.25,
  "the sample": null,
};

/** Of the sample the exact number: it stores the same with each send. */
const WRITES: Readonly<Record<Case, (units: number) => Bound>> = {
  "one speaks": (units) => atMost(units, 2),
  "each answers the other": (units) => atMost(units, 3),
  "without afterSeq": (units) => atMost(units, 2),
  "the sample": (units) => exactly(units, 12),
};

/** A person's other device, and both of the other person. */
const PUSHES = 3;

export function oneSendFigures(
  title: string,
  rounds: readonly Round[],
  limits: Readonly<Record<Case, number | null>> | null,
): Figure[] {
  return [
    ...CASES.flatMap((one) => caseFigures(`${title}, ${one}`, one, rounds, limits?.[one] ?? null)),
    ...socketIoFigures(`${title}, Socket.IO`, rounds),
  ];
}

function caseFigures(name: string, one: Case, rounds: readonly Round[], limit: number | null): Figure[] {
  const own = rounds.map(({ cases }) => cases[one]);
  const ofSample = (of: "firstPushMs" | "ackMs" | "cpuMs"): number =>
    medianOf(rounds.map(({ cases }) => cases[one][of] / cases["the sample"][of]));
  const firstPush = ofSample("firstPushMs");
  const ratios: Figure[] = [
    {
      name: `${name}: first push, of the sample's`,
      value: firstPush,
      ...(limit !== null && { bound: atMost(firstPush, limit) }),
    },
    { name: `${name}: ack, of the sample's`, value: ofSample("ackMs") },
    { name: `${name}: CPU, of the sample's`, value: ofSample("cpuMs") },
  ];
  return [
    ...timeFigures(name, own),
    { name: `${name}: CPU a send`, value: medianOf(own.map(({ cpuMs }) => cpuMs)), unit: "ms" },
    ...(one === "the sample" ? [] : ratios),
    ...countFigures(name, own),
    ...unitFigures(name, own, WRITES[one]),
  ];
}

function socketIoFigures(name: string, rounds: readonly Round[]): Figure[] {
  const shown = rounds.flatMap(({ socketIo, cases }) =>
    socketIo === null ? [] : [{ ...socketIo, sample: cases["the sample"] }],
  );
  if (shown.length === 0) return [];
  const ofSample = (of: "firstPushMs" | "ackMs"): number =>
    medianOf(shown.map((round) => round[of] / round.sample[of]));
  return [
    ...timeFigures(name, shown),
    { name: `${name}: first push, of the sample's`, value: ofSample("firstPushMs") },
    { name: `${name}: ack, of the sample's`, value: ofSample("ackMs") },
    ...countFigures(name, shown),
  ];
}

const timeFigures = (
  name: string,
  shown: readonly { readonly firstPushMs: number; readonly ackMs: number }[],
): Figure[] => [
  { name: `${name}: first push`, value: medianOf(shown.map(({ firstPushMs }) => firstPushMs)), unit: "ms" },
  { name: `${name}: ack`, value: medianOf(shown.map(({ ackMs }) => ackMs)), unit: "ms" },
];

/** Of the worst round: one that lost an ack or a push, or had one more, fails. */
function countFigures(
  name: string,
  shown: readonly { readonly acked: number; readonly pushes: number }[],
): Figure[] {
  const acked = Math.min(...shown.map((round) => round.acked));
  const pushes = shown.map((round) => round.pushes);
  const [fewest, most] = [Math.min(...pushes), Math.max(...pushes)];
  return [
    { name: `${name}: acked`, value: acked, bound: exactly(acked, 1) },
    { name: `${name}: pushes a send, fewest of a round`, value: fewest, bound: exactly(fewest, PUSHES) },
    { name: `${name}: pushes a send, most of a round`, value: most, bound: exactly(most, PUSHES) },
  ];
}

function unitFigures(name: string, shown: readonly Shown[], boundOf: (units: number) => Bound): Figure[] {
  const writes = Math.max(...shown.map((round) => round.writes));
  return [
    { name: `${name}: write units a send`, value: writes, bound: boundOf(writes) },
    { name: `${name}: read units a send`, value: medianOf(shown.map(({ reads }) => reads)) },
  ];
}

const medianOf = (values: readonly number[]): number => percentileOf(values, 0.5);
