import { ComposedStage } from "./composed-stage.ts";
import type { CostLine } from "./cost-line.ts";
import { measureOperation, type Measured } from "./measure-operation.ts";
import type { Operation } from "./operation.ts";
import { operationsInGroup, pairOperations } from "./operations.ts";

const GROUP_SIZES = [20, 1_000];

const CALL_MS = 10;

/** An operation and what it took. */
export interface Entry extends Measured {
  readonly of: Operation;
}

/**
 * Every operation on stages of their own for the pair and for each size of group. `again` says whether a figure is
 * to be taken once more: on a machine that is stopped in between, what goes on at once seems to wait for one another.
 */
export async function measureLedger(
  sizes: readonly number[] = GROUP_SIZES,
  again: (line: CostLine) => boolean = () => false,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  await onStage(async (stage) => {
    entries.push(...(await measureAll(stage, await pairOperations(stage), CALL_MS, again)));
  });
  for (const size of sizes)
    await onStage(async (stage) => {
      // The members of a large group are read by calls that take the engine long, side by side.
      const callMs = size > 100 ? 5 * CALL_MS : CALL_MS;
      const operations = await operationsInGroup(stage, size);
      entries.push(...(await measureAll(stage, operations, callMs, again)));
    });
  return entries;
}

async function onStage(run: (stage: ComposedStage) => Promise<void>): Promise<void> {
  const stage = await ComposedStage.open();
  try {
    await run(stage);
  } finally {
    await stage.stop();
  }
}

const MOST_TRIES = 3;

async function measureAll(
  stage: ComposedStage,
  operations: readonly Operation[],
  callMs: number,
  again: (line: CostLine) => boolean,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const of of operations) {
    let measured = await measureOperation(stage, of, callMs);
    for (let tries = 1; tries < MOST_TRIES && again(measured.line); tries += 1)
      measured = await measureOperation(stage, of, callMs);
    entries.push({ of, ...measured });
  }
  return entries;
}
