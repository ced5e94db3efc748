/** Resolved properties of a resource. CloudFormation accepts numbers and booleans as strings too. */
export type Fields = Readonly<Record<string, unknown>>;

export function textOf(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

export function numberOf(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export const flagOf = (fields: Fields, key: string): boolean | undefined => {
  const value = textOf(fields, key);
  return value === undefined ? undefined : value === "true";
};

export function fieldsOf(fields: Fields, key: string): Fields | undefined {
  const value = fields[key];
  return isFields(value) ? value : undefined;
}

function listOf(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  if (Array.isArray(value)) return value as readonly unknown[];
  return value === undefined ? [] : [value];
}

export const fieldsListOf = (fields: Fields, key: string): readonly Fields[] =>
  listOf(fields, key).filter(isFields);

export const textsOf = (fields: Fields, key: string): readonly string[] =>
  listOf(fields, key).filter((value): value is string => typeof value === "string");

/** A map of strings, such as a function's variables. */
export function textMapOf(fields: Fields, key: string): Record<string, string> {
  const map: Record<string, string> = {};
  const values = fieldsOf(fields, key) ?? {};
  for (const name of Object.keys(values)) {
    const value = textOf(values, name);
    if (value !== undefined) map[name] = value;
  }
  return map;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
