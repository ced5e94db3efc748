import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An item's size in bytes as the service bills it (developer guide, "DynamoDB item sizes and formats"). */
export const itemSize = (item: Readonly<Record<string, AttributeValue>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return 1 + Math.ceil(value.N.replace(/^-|\./g, "").length / 2);
  if (value.M !== undefined) {
    return 3 + itemSize(value.M) + Object.keys(value.M).length;
  }
  if (value.L !== undefined) return 3 + value.L.reduce((sum, entry) => sum + 1 + valueSize(entry), 0);
  return 1;
}
