/**
 * Decoding of unknown input by small pieces from which the type follows: requests, frames, the worker's tasks
 * and stored items. Why no schema library: docs/adr/0007.
 */

/** What decoding gives: the value, or one sentence that says what is wrong. */
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** Decodes a value that the sentence calls `name`; a field that is missing is undefined. */
export type Decoder<T> = (value: unknown, name: string) => Decoded<T>;

/** What a decoder gives. */
export type ValueOf<D> = D extends Decoder<infer T> ? T : never;

type Shape = Readonly<Record<string, Decoder<unknown>>>;

/** A decoder's success. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
/** A decoder's refusal, in one sentence. */
export const bad = (message: string): { readonly ok: false; readonly message: string } => ({
  ok: false,
  message,
});

/** A value that `holds`; otherwise the name, and what it must be. Free of effects: a bundle leaves out what it does not use. */
const where =
  /* @__NO_SIDE_EFFECTS__ */
  <T>(holds: (value: unknown) => value is T, must: string): Decoder<T> =>
    (value, name) =>
      holds(value) ? ok(value) : bad(`${name} must be ${must}.`);

/** Any text, the empty one too. */
export const text = where((value) => typeof value === "string", "a string");
export const nonEmpty = where(
  (value): value is string => typeof value === "string" && value !== "",
  "a non-empty string",
);
export const flag = where((value) => typeof value === "boolean", "true or false");
export const finite = where((value): value is number => Number.isFinite(value), "a number");

/** Of a year of four digits. */
export const TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** A time as the contract writes it, in milliseconds since the epoch. */
export const time: Decoder<number> = (value, name) => {
  const at = typeof value === "string" && TIME.test(value) ? Date.parse(value) : NaN;
  // The 30th of February is another day.
  const holds = !Number.isNaN(at) && new Date(at).toISOString() === value;
  return holds ? ok(at) : bad(`${name} must be a time such as "2030-01-31T12:00:00.000Z".`);
};

/** One of a few texts. */
export const oneOf = <const T extends string>(...choices: readonly T[]): Decoder<T> =>
  where((value): value is T => choices.includes(value as T), choices.join(" or "));

/** A text of `min` to `max` code points that UTF-8 can carry. */
export const textBetween = (min: number, max: number): Decoder<string> =>
  where((value): value is string => {
    if (typeof value !== "string" || !isWellFormed(value)) return false;
    const count = codePoints(value, max);
    return count >= min && count <= max;
  }, `a string of ${min} to ${max} characters`);
export const textUpTo = (max: number): Decoder<string> => textBetween(1, max);

/** A whole number from `min` to `max`. */
export const integer =
  (min: number, max: number): Decoder<number> =>
  (value, name) => {
    const holds = typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max;
    const limit = max === Number.MAX_SAFE_INTEGER ? "2^53-1" : max;
    // Minus zero is an integer too, and would be stored as what it is.
    return holds ? ok(value + 0) : bad(`${name} must be an integer from ${min} to ${limit}.`);
  };

/** The same in a query string, where a number is written in digits only. */
export const digits = (min: number, max: number): Decoder<number> => {
  const decode = integer(min, max);
  return (value, name) =>
    decode(typeof value === "string" && /^[0-9]{1,16}$/.test(value) ? Number(value) : undefined, name);
};

/** A field that may be missing. JSON's null is a value, and refused as one. */
export const optional =
  <T, O>(decode: Decoder<T>, otherwise: O): Decoder<T | O> =>
  (value, name) =>
    value === undefined ? ok(otherwise) : decode(value, name);

/** A field that must be there and may be null. */
export const nullable =
  <T>(decode: Decoder<T>): Decoder<T | null> =>
  (value, name) =>
    value === null ? ok(null) : decode(value, name);

/** A list whose entries are all of one kind. */
export const list =
  <T>(decode: Decoder<T>): Decoder<readonly T[]> =>
  (value, name) => {
    if (!Array.isArray(value)) return bad(`${name} must be a list.`);
    const values: T[] = [];
    for (const entry of value) {
      const decoded = decode(entry, name);
      if (!decoded.ok) return decoded;
      values.push(decoded.value);
    }
    return ok(values);
  };

/** An object with fields of these kinds; others are ignored. The first that is wrong is told. */
export const object =
  <const S extends Shape>(shape: S): Decoder<{ readonly [F in keyof S]: ValueOf<S[F]> }> =>
  (value, name) => {
    if (!isObject(value)) return bad(`${name} must be a JSON object.`);
    const fields: Record<string, unknown> = {};
    for (const [field, decode] of Object.entries(shape)) {
      const decoded = decode(fieldOf(value, field), field);
      if (!decoded.ok) return decoded;
      fields[field] = decoded.value;
    }
    return ok(fields as { readonly [F in keyof S]: ValueOf<S[F]> });
  };

/** An object whose keys are not known beforehand, and whose values are all of one kind. */
export const record =
  <T>(decode: Decoder<T>): Decoder<ReadonlyMap<string, T>> =>
  (value, name) => {
    if (!isObject(value)) return bad(`${name} must be a JSON object.`);
    const entries = new Map<string, T>();
    for (const [key, entry] of Object.entries(value)) {
      const decoded = decode(entry, name);
      if (!decoded.ok) return decoded;
      entries.set(key, decoded.value);
    }
    return ok(entries);
  };

/** Variants as one union, told apart by the field `K`. */
export type OneOfVariants<K extends string, V extends Readonly<Record<string, Decoder<object>>>> = {
  [N in keyof V & string]: { readonly [F in K]: N } & ValueOf<V[N]>;
}[keyof V & string];

/** An object whose field `key` names which of the variants it is. `elsewhere`: names known to others only. */
export const variants =
  <const K extends string, const V extends Readonly<Record<string, Decoder<object>>>>(
    key: K,
    shapes: V,
    elsewhere: readonly string[] = [],
  ): Decoder<OneOfVariants<K, V>> =>
  (value, name) => {
    const variant = isObject(value) ? fieldOf(value, key) : undefined;
    // Only own properties count: `constructor` names no variant.
    const decode =
      typeof variant === "string" && Object.hasOwn(shapes, variant) ? shapes[variant] : undefined;
    if (!decode) return bad(`${key} must be one of ${[...Object.keys(shapes), ...elsewhere].join(", ")}.`);
    const decoded = decode(value, name);
    return decoded.ok ? ok({ [key]: variant, ...decoded.value } as OneOfVariants<K, V>) : decoded;
  };

/** What JSON text says; undefined, which no JSON says, where it is none. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** An object of unknown fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** A JSON object: no list, not null. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads one field. Only own properties count: `constructor` and `__proto__` name no field. */
export const fieldOf = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** A text that UTF-8 can carry: no half of a surrogate pair. */
export const isWellFormed = (value: string): boolean => !/\p{Surrogate}/u.test(value);

/** Counts at most `limit + 1` code points, so that a huge text costs no more than a long one. */
export function codePoints(value: string, limit: number): number {
  let count = 0;
  for (const _ of value) {
    count += 1;
    if (count > limit) break;
  }
  return count;
}
