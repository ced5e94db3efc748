/** True where a frame, parsed, fits the route's model. */
export type SchemaCheck = (value: unknown) => boolean;

export type CompiledSchema =
  | { readonly type: "ok"; readonly check: SchemaCheck }
  /** `problem` names the keyword that is not served locally. */
  | { readonly type: "unsupported"; readonly problem: string };

type Keywords = Readonly<Record<string, unknown>>;
type Compile = (argument: unknown, schema: Keywords) => SchemaCheck | null;

/** Says something about a schema without narrowing what fits. */
const ANNOTATIONS: ReadonlySet<string> = new Set(["$schema", "id", "title", "description", "default"]);
/** Read together with the keyword they belong to. */
const COMPANIONS: ReadonlySet<string> = new Set(["exclusiveMinimum", "exclusiveMaximum"]);

/**
 * The part of JSON Schema draft 4, the draft of API Gateway's models, that the frames of a flat protocol
 * need. What is not served is named when the model is loaded; no keyword is passed over in silence.
 */
export function compileSchema(schema: unknown): CompiledSchema {
  const unserved = findUnserved(schema);
  if (unserved !== null) return { type: "unsupported", problem: unserved };
  const check = compile(schema);
  return check === null ? { type: "unsupported", problem: "an unreadable schema" } : { type: "ok", check };
}

const KEYWORDS: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ["type", (argument) => typeCheck(argument)],
  [
    "enum",
    (argument) => {
      if (!Array.isArray(argument)) return null;
      const allowed = new Set(argument.map((value) => JSON.stringify(value)));
      return (value) => allowed.has(JSON.stringify(value));
    },
  ],
  ["minLength", (limit) => compareTo(limit, (value) => (isText(value) ? [...value].length : null), atLeast)],
  ["maxLength", (limit) => compareTo(limit, (value) => (isText(value) ? [...value].length : null), atMost)],
  ["minItems", (limit) => compareTo(limit, (value) => (isList(value) ? value.length : null), atLeast)],
  ["maxItems", (limit) => compareTo(limit, (value) => (isList(value) ? value.length : null), atMost)],
  [
    "minimum",
    (limit, schema) => compareTo(limit, asNumber, schema["exclusiveMinimum"] === true ? above : atLeast),
  ],
  [
    "maximum",
    (limit, schema) => compareTo(limit, asNumber, schema["exclusiveMaximum"] === true ? below : atMost),
  ],
  ["pattern", (argument) => patternCheck(argument)],
  [
    "required",
    (argument) => {
      if (!isList(argument) || !argument.every(isText)) return null;
      return (value) => !isObject(value) || argument.every((name) => Object.hasOwn(value, name));
    },
  ],
  ["properties", (argument) => propertiesCheck(argument)],
  [
    "additionalProperties",
    (argument, schema) => {
      const known = schema["properties"];
      const rest = argument === true ? () => true : argument === false ? () => false : compile(argument);
      if (rest === null) return null;
      const isKnown = (name: string): boolean => isObject(known) && Object.hasOwn(known, name);
      return (value) =>
        !isObject(value) || Object.entries(value).every(([name, one]) => isKnown(name) || rest(one));
    },
  ],
  [
    "items",
    (argument) => {
      const check = compile(argument);
      return check && ((value) => !isList(value) || value.every(check));
    },
  ],
]);

function compile(schema: unknown): SchemaCheck | null {
  if (!isObject(schema)) return null;
  const checks: SchemaCheck[] = [];
  for (const [keyword, argument] of Object.entries(schema)) {
    const make = KEYWORDS.get(keyword);
    if (make === undefined) continue;
    const check = make(argument, schema);
    if (check === null) return null;
    checks.push(check);
  }
  return (value) => checks.every((check) => check(value));
}

/** The first keyword, at any depth, that is neither served nor an annotation. */
function findUnserved(schema: unknown): string | null {
  if (!isObject(schema)) return null;
  for (const keyword of Object.keys(schema)) {
    const isServed = KEYWORDS.has(keyword) || ANNOTATIONS.has(keyword) || COMPANIONS.has(keyword);
    if (!isServed) return `the keyword "${keyword}"`;
  }
  const { properties, items, additionalProperties } = schema;
  const below = [...(isObject(properties) ? Object.values(properties) : []), items, additionalProperties];
  return below.map(findUnserved).find((found) => found !== null) ?? null;
}

const TYPES: ReadonlyMap<string, SchemaCheck> = new Map<string, SchemaCheck>([
  ["string", isText],
  ["number", (value) => typeof value === "number"],
  ["integer", (value) => Number.isInteger(value)],
  ["boolean", (value) => typeof value === "boolean"],
  ["object", isObject],
  ["array", isList],
  ["null", (value) => value === null],
]);

function typeCheck(argument: unknown): SchemaCheck | null {
  const names: readonly unknown[] = isList(argument) ? argument : [argument];
  const checks = names.map((name) => (isText(name) ? TYPES.get(name) : undefined));
  if (checks.includes(undefined)) return null;
  return (value) => checks.some((check) => check?.(value) === true);
}

function propertiesCheck(argument: unknown): SchemaCheck | null {
  if (!isObject(argument)) return null;
  const checks = new Map<string, SchemaCheck>();
  for (const [name, schema] of Object.entries(argument)) {
    const check = compile(schema);
    if (check === null) return null;
    checks.set(name, check);
  }
  return (value) =>
    !isObject(value) || Object.entries(value).every(([name, one]) => checks.get(name)?.(one) ?? true);
}

function patternCheck(argument: unknown): SchemaCheck | null {
  if (!isText(argument)) return null;
  try {
    const pattern = new RegExp(argument, "u");
    return (value) => !isText(value) || pattern.test(value);
  } catch {
    return null;
  }
}

const atLeast = (size: number, limit: number): boolean => size >= limit;
const atMost = (size: number, limit: number): boolean => size <= limit;
const above = (size: number, limit: number): boolean => size > limit;
const below = (size: number, limit: number): boolean => size < limit;

/** A limit on what `measure` makes of a value; null from it means that the keyword does not apply. */
function compareTo(
  limit: unknown,
  measure: (value: unknown) => number | null,
  compare: (size: number, limit: number) => boolean,
): SchemaCheck | null {
  if (typeof limit !== "number") return null;
  return (value) => {
    const size = measure(value);
    return size === null || compare(size, limit);
  };
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
