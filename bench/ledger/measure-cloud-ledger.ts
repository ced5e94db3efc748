import { percentileOf } from "../measures/durations.ts";
import { CloudStage } from "./cloud-stage.ts";
import type { CostLine } from "./cost-line.ts";
import { COUNTED_IN_CLOUD, measureInCloud, type CloudLine } from "./measure-in-cloud.ts";
import type { Operation } from "./operation.ts";
import { operationsInGroup, pairOperations } from "./operations.ts";

const MOST_TRIES = 3;

/**
 * The operations of the ledger through the local cloud, those of the pair and of groups of these sizes; `of` says which.
 * One that the machine was stopped in is done again.
 */
export async function measureCloudLedger(
  ledger: readonly CostLine[],
  sizes: readonly number[],
  of: (operation: string) => boolean = () => true,
): Promise<readonly CloudLine[]> {
  return onCloud(async (stage) => {
    const lines: CloudLine[] = [];
    const measureAll = async (operations: readonly Operation[]): Promise<void> => {
      for (const operation of operations)
        if (of(operation.operation)) lines.push(await measureUntilAgreed(stage, operation, ledger));
    };
    await measureAll(await pairOperations(stage));
    for (const size of sizes) await measureAll(await operationsInGroup(stage, size));
    return lines;
  });
}

/**
 * Milliseconds of the functions' CPU that each operation of the pair takes in processes that stay warm, the median of
 * so many rounds; the first round warms them and does not count.
 */
export async function measureCloudCpu(rounds: number): Promise<ReadonlyMap<string, number>> {
  return onCloud(async (stage) => {
    stage.keepsWarm = true;
    const all = new Map<string, number[]>();
    for (let round = 0; round <= rounds; round += 1) {
      for (const operation of await pairOperations(stage)) {
        const { cpuMs } = await measureInCloud(stage, operation);
        if (round > 0) all.set(operation.operation, [...(all.get(operation.operation) ?? []), cpuMs]);
      }
    }
    return new Map([...all].map(([operation, values]) => [operation, percentileOf(values, 0.5)]));
  });
}

async function onCloud<T>(run: (stage: CloudStage) => Promise<T>): Promise<T> {
  const stage = await CloudStage.open();
  try {
    return await run(stage);
  } finally {
    await stage.stop();
  }
}

async function measureUntilAgreed(
  stage: CloudStage,
  operation: Operation,
  ledger: readonly CostLine[],
): Promise<CloudLine> {
  for (let tries = 1; ; tries += 1) {
    const line = await measureInCloud(stage, operation);
    if (tries === MOST_TRIES || disagreements(line, ledger).length === 0) return line;
  }
}

/** In what the local cloud counts otherwise than the ledger has it, in words. */
export function disagreements(line: CloudLine, ledger: readonly CostLine[]): readonly string[] {
  const kept = ledger.find(({ operation }) => operation === line.operation);
  if (kept === undefined) return [`${line.operation} is not in the ledger: npm run docs:cost`];
  return COUNTED_IN_CLOUD.filter((column) => line[column] !== kept[column]).map(
    (column) => `${line.operation}: ${column} is ${kept[column]}, and ${line[column]} in the local cloud`,
  );
}
