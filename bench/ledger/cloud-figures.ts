import { exactly, type Figure } from "../benchmark.ts";
import type { CostLine } from "./cost-line.ts";
import { disagreements } from "./measure-cloud-ledger.ts";
import type { CloudLine } from "./measure-in-cloud.ts";

/** Whether the local cloud counts for each operation what the ledger says, with the invocations by function. */
export function cloudFigures(lines: readonly CloudLine[], ledger: readonly CostLine[]): readonly Figure[] {
  const differing = lines.flatMap((line) => disagreements(line, ledger));
  return [
    ...lines.map(({ operation, byFunction }): Figure => ({
      name: `${operation}, in the local cloud`,
      value: namesOf(byFunction),
    })),
    ...differing.map((value) => ({ name: "counted otherwise", value })),
    {
      name: `of ${lines.length}, counted otherwise in the local cloud`,
      value: differing.length,
      bound: exactly(differing.length, 0),
    },
  ];
}

/** Each operation's CPU beside a plain send's of the same run. */
export function cpuFigures(cpuMs: ReadonlyMap<string, number>): readonly Figure[] {
  const send = cpuMs.get("send_message") ?? Number.NaN;
  return [...cpuMs].map(([operation, ms]) => ({
    name: `${operation}, CPU`,
    value: ms / send,
    unit: `of a plain send's (${ms.toFixed(1)} ms)`,
  }));
}

const namesOf = (byFunction: CloudLine["byFunction"]): string =>
  Object.entries(byFunction)
    .map(([name, count]) => `${name.replace("Function", "")} ${count}`)
    .join(", ") || "no function";
