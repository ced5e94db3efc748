import {
  DATABASE_ERRORS,
  functionKey,
  type DatabaseFault,
  type FaultSet,
  type KillFault,
  type PushFault,
  type StreamFault,
} from "./fault-set.ts";

export type FaultSetReading =
  | { readonly type: "ok"; readonly faults: FaultSet }
  /** One sentence. */
  | { readonly type: "invalid"; readonly message: string };

/** What is wrong with a body, in one sentence; it does not leave this file. */
class Invalid extends Error {}

type Fields = ReadonlyMap<string, unknown>;

/** Node's timers take no more: they would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Reads the body of `POST /_local/faults`; `functionNames` are the short names of the app's functions. */
export function readFaultSet(body: unknown, functionNames: readonly string[]): FaultSetReading {
  try {
    return { type: "ok", faults: read(body, functionNames) };
  } catch (error) {
    if (error instanceof Invalid) return { type: "invalid", message: error.message };
    throw error;
  }
}

function read(body: unknown, functionNames: readonly string[]): FaultSet {
  const fields = fieldsOf(body, "The body", [
    "seed",
    "loseDisconnect",
    "push",
    "kill",
    "database",
    "indexLagMs",
    "staleReads",
    "stream",
    "cut",
    "idleMs",
    "lifetimeMs",
    "clockSkewMs",
  ]);
  const known = (name: unknown, where: string): string => knownFunction(name, where, functionNames);
  return {
    ...optional(fields, "seed", (value) => integer(value, "seed", 0, Number.MAX_SAFE_INTEGER)),
    ...optional(fields, "loseDisconnect", (value) => share(value, "loseDisconnect")),
    ...optional(fields, "push", readPush),
    ...optional(fields, "kill", (value) => readKill(value, known)),
    ...optional(fields, "database", readDatabase),
    ...optional(fields, "indexLagMs", (value) => integer(value, "indexLagMs", 0)),
    ...optional(fields, "staleReads", (value) => share(value, "staleReads")),
    ...optional(fields, "stream", readStream),
    ...optional(fields, "cut", (value) => text(value, "cut")),
    ...optional(fields, "idleMs", (value) => integer(value, "idleMs", 1)),
    ...optional(fields, "lifetimeMs", (value) => integer(value, "lifetimeMs", 1)),
    ...optional(fields, "clockSkewMs", (value) => {
      const skews = [...fieldsOf(value, "clockSkewMs")].map(([name, ms]): [string, number] => {
        const where = `clockSkewMs.${name}`;
        return [known(name, "clockSkewMs"), integer(ms, where, -LONGEST_MS)];
      });
      return new Map(skews);
    }),
  };
}

function readPush(value: unknown): readonly PushFault[] {
  if (!Array.isArray(value)) throw new Invalid("push must be a list.");
  return value.map((rule: unknown, index) => {
    const where = `push[${index}]`;
    const fields = fieldsOf(rule, where, ["status", "delayMs", "share", "connectionId"]);
    const status = (given: unknown) => oneOf(given, `${where}.status`, [410, 429, 500] as const);
    return {
      ...(fields.has("delayMs")
        ? optional(fields, "status", status)
        : { status: status(fields.get("status")) }),
      ...optional(fields, "delayMs", (ms) => integer(ms, `${where}.delayMs`, 0)),
      share: fields.has("share") ? share(fields.get("share"), `${where}.share`) : 1,
      ...optional(fields, "connectionId", (id) => text(id, `${where}.connectionId`)),
    };
  });
}

function readKill(value: unknown, known: (name: unknown, where: string) => string): KillFault {
  const fields = fieldsOf(value, "kill", ["function", "when", "call", "times"]);
  return {
    function: known(fields.get("function"), "kill.function"),
    when: oneOf(fields.get("when"), "kill.when", ["before", "after"] as const),
    call: integer(fields.get("call"), "kill.call", 1),
    times: fields.has("times") ? integer(fields.get("times"), "kill.times", 1) : 1,
  };
}

function readDatabase(value: unknown): DatabaseFault {
  const fields = fieldsOf(value, "database", ["error", "share", "delayMs"]);
  const delayMs = fields.has("delayMs") ? integer(fields.get("delayMs"), "database.delayMs", 0) : 0;
  if (fields.has("delayMs") && !fields.has("error") && !fields.has("share")) return { delayMs };
  const name = oneOf(fields.get("error"), "database.error", DATABASE_ERRORS);
  return { error: { name, share: share(fields.get("share"), "database.share") }, delayMs };
}

function readStream(value: unknown): StreamFault {
  const fields = fieldsOf(value, "stream", ["delayMs", "duplicateShare"]);
  return {
    delayMs: fields.has("delayMs") ? integer(fields.get("delayMs"), "stream.delayMs", 0) : 0,
    duplicateShare: fields.has("duplicateShare")
      ? share(fields.get("duplicateShare"), "stream.duplicateShare")
      : 0,
  };
}

function knownFunction(name: unknown, where: string, functionNames: readonly string[]): string {
  const given = text(name, where);
  if (functionNames.some((known) => functionKey(known) === functionKey(given))) return given;
  const all = functionNames.map(functionKey).join(", ");
  throw new Invalid(`${where} names ${JSON.stringify(given)}, but the functions are ${all}.`);
}

/** The fields of an object, none of them beside those allowed: a misspelt fault would be no fault. */
function fieldsOf(value: unknown, where: string, allowed?: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Invalid(`${where} must be a JSON object.`);
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const unknown = [...fields.keys()].find((name) => allowed?.includes(name) === false);
  if (unknown === undefined) return fields;
  throw new Invalid(
    `${where} has no field ${JSON.stringify(unknown)}; it may have ${allowed?.join(", ") ?? ""}.`,
  );
}

function optional<K extends string, T>(
  fields: Fields,
  name: K,
  readValue: (value: unknown) => T,
): Partial<Record<K, T>> {
  if (!fields.has(name)) return {};
  return { [name]: readValue(fields.get(name)) } as Record<K, T>;
}

function share(value: unknown, where: string): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new Invalid(`${where} must be a number between 0 and 1.`);
}

function integer(value: unknown, where: string, least: number, most: number = LONGEST_MS): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number;
  }
  throw new Invalid(`${where} must be an integer between ${least} and ${most}.`);
}

function text(value: unknown, where: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Invalid(`${where} must be a string that is not empty.`);
}

function oneOf<const T extends string | number>(value: unknown, where: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new Invalid(`${where} must be one of ${choices.join(", ")}.`);
}
