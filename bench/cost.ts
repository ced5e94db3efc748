import type { Benchmark, Figure } from "./benchmark.ts";
import { cloudFigures, cpuFigures } from "./ledger/cloud-figures.ts";
import { goalFigures } from "./ledger/goals.ts";
import { readLedger, risesOf } from "./ledger/ledger-file.ts";
import { measureCloudCpu, measureCloudLedger } from "./ledger/measure-cloud-ledger.ts";
import { measureLedger } from "./ledger/measure-ledger.ts";

export const cost: Benchmark = {
  summary: "what every operation takes of each service, beside what is promised and what the ledger says",
  options: { members: 1_000, rounds: 1 },
  run: async ({ members = 0, rounds = 1 }) => {
    const ledger = readLedger();
    const sizes = [20, 1_000].filter((size) => size <= members);
    const entries = await measureLedger(sizes, (line) => risesOf(line, ledger).length > 0);
    // A larger group's members would each need a socket here.
    const inCloud = await measureCloudLedger(ledger, [20]);
    const totals = entries.map(({ line }): Figure => ({
      name: line.operation,
      value: line.dollars,
      unit: `$ a million (${line.floorDollars})`,
    }));
    return [
      ...totals,
      ...goalFigures(entries),
      ...cloudFigures(
        inCloud,
        entries.map(({ line }) => line),
      ),
      ...cpuFigures(await measureCloudCpu(rounds)),
      nothing(
        "more than in the ledger",
        entries.flatMap(({ line }) => risesOf(line, ledger)),
      ),
      nothing(
        "charged otherwise than the rules say",
        entries.flatMap(({ differences }) => differences),
      ),
    ];
  },
};

const nothing = (name: string, found: readonly string[]): Figure => ({
  name,
  value: found.length === 0 ? "nothing" : found.join("; "),
  bound: { text: "= nothing", holds: found.length === 0 },
});
