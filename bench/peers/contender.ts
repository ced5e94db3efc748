import type { OnMessage, Pairs } from "../load/pairs.ts";
import type { CpuByRole } from "../measures/cpu-by-role.ts";
import { indexIn, type Tally } from "./tally.ts";

/** What pairs talk over, a device each, their conversation open. */
export interface Contender {
  readonly name: string;
  readonly send: Pairs["send"];
  /** Hears of every message that a device is told. */
  readonly tally: Tally;
  /** Seconds so far, by part. */
  cpu(): CpuByRole;
  /** Of all its processes, what they share counted once. */
  memoryMb(): number;
}

export const tellsTally =
  (tally: Tally): OnMessage =>
  (device, content) =>
    tally.received(indexIn(content), device, performance.now());

export function summedByPart(
  seconds: Iterable<readonly [string, number]>,
  partOf: (name: string) => string,
): CpuByRole {
  const parts = new Map<string, number>();
  for (const [name, each] of seconds) parts.set(partOf(name), (parts.get(partOf(name)) ?? 0) + each);
  return parts;
}
