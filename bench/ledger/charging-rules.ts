import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import { marshall } from "@aws-sdk/util-dynamodb";
import { TABLE_SHAPE } from "../../lambdas/store/table-shape.ts";
import { itemSize } from "../../test/support/item-size.ts";
import type { Call } from "../../test/support/meter.ts";

/*
 * What DynamoDB charges, from the items alone (developer guide, "Read and write operations", "Global secondary
 * indexes"): held against what the engine says that it took.
 */

type Image = Readonly<Record<string, AttributeValue>>;

const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;

/** Each call whose units are not those of the rules, in a sentence. `records`: the stream while they were made. */
export function differences(calls: readonly Call[], records: readonly _Record[]): readonly string[] {
  const images = new Map<string, _Record[]>();
  for (const record of records) {
    const key = keyOf(record.dynamodb?.Keys as Image);
    images.set(key, [...(images.get(key) ?? []), record]);
  }
  return [...calls]
    .sort((a, b) => a.ended - b.ended)
    .flatMap((call) => {
      const expected = call.strong === null ? writeUnits(call, images) : readUnits(call, call.strong);
      const charged = call.strong === null ? call.writeUnits : call.readUnits;
      return expected === charged
        ? []
        : [`${call.command} took ${charged} units by the engine, ${expected} by the rules.`];
    });
}

function readUnits({ input, output, command }: Call, strong: boolean): number {
  const unit = strong ? 1 : 0.5;
  const units = (bytes: number): number => unit * Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
  if (command === "BatchGetItem") {
    const asked = Object.values(input.RequestItems ?? {}).reduce(
      (sum, { Keys = [] }) => sum + Keys.length,
      0,
    );
    // Each item is rounded up by itself, and one that is not there counts as one.
    const found = Object.values(output?.Responses ?? {}).flat();
    return found.reduce((sum, item) => sum + units(sizeOf(item)), unit * (asked - found.length));
  }
  if (command === "GetItem") return units(output?.Item === undefined ? 0 : sizeOf(output.Item));
  const items = output?.Items ?? [];
  // An index holds its own keys and the table's, and nothing else.
  return units(items.reduce((sum, item) => sum + sizeOf(item), 0));
}

const sizeOf = (item: Record<string, unknown>): number =>
  itemSize(marshall(item, { removeUndefinedValues: true }));

/** Takes the record that the write has left in the stream; one that changed nothing has left none. */
function writeUnits(call: Call, images: Map<string, _Record[]>): number {
  const { Item: written, Key: key = written ?? {} } = call.input;
  if (call.failedCondition) {
    const bytes = [written ? sizeOf(written) : 0, call.standing ? itemSize(call.standing) : 0];
    return baseUnits(Math.max(...bytes));
  }
  const { partitionKey, sortKey } = TABLE_SHAPE;
  const place = marshall({ [partitionKey]: key[partitionKey], [sortKey]: key[sortKey] });
  const record = images.get(keyOf(place))?.shift()?.dynamodb;
  // It wrote what stood there, which is charged by the item all the same.
  if (record === undefined) return call.writeUnits;
  const [before, after] = [record.OldImage as Image | undefined, record.NewImage as Image | undefined];
  const bytes = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0);
  return Object.values(TABLE_SHAPE.indexes).reduce(
    (sum, index) => sum + indexUnits(index, before, after),
    baseUnits(bytes),
  );
}

const baseUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));

/** An entry that comes or goes is a unit, one whose key moves is both, one that stays is none. */
function indexUnits(
  index: { readonly partitionKey: string; readonly sortKey: string },
  before: Image | undefined,
  after: Image | undefined,
): number {
  const entry = (image: Image | undefined): string | null => {
    const key = [image?.[index.partitionKey], image?.[index.sortKey]];
    return key.includes(undefined) ? null : JSON.stringify(key);
  };
  const [was, is] = [entry(before), entry(after)];
  return was === is ? 0 : Number(was !== null) + Number(is !== null);
}

const keyOf = (key: Image): string =>
  JSON.stringify([key[TABLE_SHAPE.partitionKey]?.S, key[TABLE_SHAPE.sortKey]?.S]);
