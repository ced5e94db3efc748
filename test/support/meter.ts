import type { AttributeValue, ConsumedCapacity, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { setTimeout as pause } from "node:timers/promises";
import { marshall } from "@aws-sdk/util-dynamodb";
import { itemSize } from "./item-size.ts";

/** One call to the database as the service would bill it. */
export interface Call {
  /** e.g. `PutItem`. */
  readonly command: string;
  /** Null for writes. */
  readonly strong: boolean | null;
  readonly index: string | null;
  /** Ticks of the meter, not times: only their order means something. */
  readonly started: number;
  readonly ended: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** What of it each index was charged, by its name. */
  readonly indexUnits: Readonly<Record<string, number>>;
  readonly failedCondition: boolean;
  /** As the stores wrote it. */
  readonly input: Input;
  /** As they read it; null where it failed. */
  readonly output: Output | null;
  /** What stood there when a condition failed, if it was asked for. */
  readonly standing: Readonly<Record<string, AttributeValue>> | null;
}

export interface Input {
  readonly ConsistentRead?: boolean;
  readonly IndexName?: string;
  readonly ProjectionExpression?: string;
  readonly Item?: Record<string, unknown>;
  readonly Key?: Record<string, unknown>;
  readonly RequestItems?: Readonly<
    Record<string, { readonly ConsistentRead?: boolean; readonly Keys?: readonly Record<string, unknown>[] }>
  >;
}

export interface Output {
  readonly Item?: Record<string, unknown>;
  readonly Items?: readonly Record<string, unknown>[];
  readonly Responses?: Readonly<Record<string, readonly Record<string, unknown>[]>>;
}

const READS = new Set(["GetItem", "BatchGetItem", "Query", "Scan"]);

/** Counts every call of a document client and the request units the engine says it took. */
export class Meter {
  #calls: Call[] = [];
  #ticks = 0;
  /** How long each call takes at least, in milliseconds: calls that go on at once then end at once too. */
  latencyMs = 0;

  attach(client: DynamoDBClient): void {
    // Before the retries: a call is counted once.
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const command = String(context.commandName).replace(/Command$/, "");
        const input = args.input as Input;
        const started = this.tick();
        const record = (
          capacity: readonly ConsumedCapacity[],
          failedUnits: number | null,
          standing: Call["standing"] = null,
          output: Output | null = null,
        ): void => {
          const units = capacity.reduce((sum, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
          const isRead = READS.has(command);
          this.#calls.push({
            command,
            started,
            ended: this.tick(),
            strong: isRead ? isStrong(input) : null,
            index: input.IndexName ?? null,
            readUnits: isRead ? units : 0,
            writeUnits: isRead ? 0 : (failedUnits ?? units),
            indexUnits: indexUnits(capacity),
            failedCondition: failedUnits !== null,
            input,
            output,
            standing,
          });
        };
        if (this.latencyMs > 0) await pause(this.latencyMs);
        try {
          const result = await next({ ...args, input: { ...input, ReturnConsumedCapacity: "INDEXES" } });
          const { ConsumedCapacity = [] } = result.output as {
            ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
          };
          record([ConsumedCapacity].flat(), null, null, result.output as Output);
          return result;
        } catch (error) {
          const refused = error instanceof ConditionalCheckFailedException ? error : null;
          record([], refused && failedWrite(input, refused), refused?.Item ?? null);
          throw error;
        }
      },
      { step: "serialize", priority: "high", name: "meter" },
    );
  }

  get calls(): readonly Call[] {
    return this.#calls;
  }

  get readUnits(): number {
    return this.#calls.reduce((sum, { readUnits }) => sum + readUnits, 0);
  }

  get writeUnits(): number {
    return this.#calls.reduce((sum, { writeUnits }) => sum + writeUnits, 0);
  }

  /** Units by index name, summed. */
  get indexUnits(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const call of this.#calls) {
      for (const [name, units] of Object.entries(call.indexUnits)) sums[name] = (sums[name] ?? 0) + units;
    }
    return sums;
  }

  /** How often each command was called. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { command } of this.#calls) counts[command] = (counts[command] ?? 0) + 1;
    return counts;
  }

  /** A moment between calls, to be compared with theirs. */
  tick(): number {
    this.#ticks += 1;
    return this.#ticks;
  }

  /** As the function does, of all calls since the last reset. */
  serialTrips(moment = Infinity): number {
    return serialTrips(this.#calls, moment);
  }

  reset(): void {
    this.#calls = [];
  }
}

interface Span {
  readonly started: number;
  readonly ended: number;
}

/** The longest chain of calls, each begun after the one before had ended, all ended before `moment`. */
export function serialTrips(calls: readonly Span[], moment = Infinity): number {
  const depths: { readonly call: Span; readonly depth: number }[] = [];
  for (const call of calls.filter(({ ended }) => ended < moment).sort((a, b) => a.started - b.started)) {
    const before = depths.filter((other) => other.call.ended < call.started).map(({ depth }) => depth);
    depths.push({ call, depth: 1 + Math.max(0, ...before) });
  }
  return Math.max(0, ...depths.map(({ depth }) => depth));
}

const isStrong = ({ ConsistentRead, RequestItems }: Input): boolean =>
  ConsistentRead ?? Object.values(RequestItems ?? {}).some((request) => request.ConsistentRead === true);

function indexUnits(capacity: readonly ConsumedCapacity[]): Record<string, number> {
  return Object.fromEntries(
    capacity.flatMap(({ GlobalSecondaryIndexes = {} }) =>
      Object.entries(GlobalSecondaryIndexes).map(([name, { CapacityUnits }]) => [name, CapacityUnits ?? 0]),
    ),
  );
}

/**
 * The service charges a failed condition by the larger of the item that stands there and the one that was to
 * be written, and reports nothing. (Developer guide, "Read and write operations".) An item that stood there
 * and was not asked for counts as one unit.
 */
function failedWrite({ Item: written }: Input, { Item: standing }: ConditionalCheckFailedException): number {
  const newBytes = written ? itemSize(marshall(written, { removeUndefinedValues: true })) : 0;
  return Math.ceil(Math.max(1, newBytes, standing ? itemSize(standing) : 0) / 1024);
}
