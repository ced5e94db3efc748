import { nearest } from "./nearest.ts";
import type { StageSettings } from "./stage-settings.ts";

interface TextRule {
  readonly pattern?: RegExp;
  readonly accepts?: (text: string) => boolean;
  /** What a good value must do, after "must". */
  readonly must: string;
}

/** A stage's own values, and the file that has them. */
export interface StageFile {
  readonly path: string;
  readonly values: Readonly<Partial<StageSettings>>;
}

type Key = keyof StageSettings | "stage";

/** Settings of earlier versions, and what is to be said instead. */
const GONE: Readonly<Record<string, string>> = {
  retainData: 'data is kept and protected unless "disposable" is true',
};

/**
 * Reads typed values out of a stage's file, and out of CDK context before it, where `-c key=value` gives strings and
 * cdk.json any JSON. A bad value is noted in one sentence that names its key, and any value stands in for it, so that
 * all are found at once.
 */
export class SettingReader {
  readonly #context: Readonly<Record<string, unknown>>;
  readonly #file: StageFile;
  readonly #asked: string[] = [];
  readonly #problems: string[] = [];

  constructor(context: Readonly<Record<string, unknown>>, file: StageFile) {
    this.#context = context;
    this.#file = file;
  }

  problem(sentence: string): void {
    this.#problems.push(sentence);
  }

  /** Whether the context has a value of its own. */
  isOverridden(key: Key): boolean {
    return Object.hasOwn(this.#context, key);
  }

  text(key: Key, rule: TextRule): string {
    const raw = this.#required(key);
    return raw === undefined ? "" : (this.optionalText(key, rule) ?? "");
  }

  optionalText(key: Key, rule: TextRule): string | undefined {
    const raw = this.#raw(key);
    if (raw === undefined) return undefined;
    if (typeof raw === "string" && accepted(raw, rule)) return raw;
    return this.#refuse(key, rule.must, raw);
  }

  integer(key: Key, min: number, max: number): number {
    const raw = this.#required(key);
    if (raw === undefined) return min;
    const value = typeof raw === "string" && /^-?\d+$/.test(raw) ? Number(raw) : raw;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.#refuse(key, `be a whole number from ${min} to ${max}`, raw) ?? min;
  }

  flag(key: Key): boolean {
    const raw = this.#required(key);
    if (raw === undefined) return false;
    if (raw === true || raw === "true") return true;
    if (raw === false || raw === "false") return false;
    return this.#refuse(key, "be true or false", raw) ?? false;
  }

  /** Without a fallback the value is required. */
  oneOf<const T extends string | number>(key: Key, choices: readonly [T, ...T[]], fallback?: T): T {
    const raw = fallback === undefined ? this.#required(key) : this.#raw(key);
    if (raw === undefined) return fallback ?? choices[0];
    const choice = choices.find((candidate) => candidate === raw || String(candidate) === raw);
    return choice ?? this.#refuse(key, `be one of ${choices.join(", ")}`, raw) ?? choices[0];
  }

  /** A JSON array of strings, or strings with commas between them; the empty string is the empty list. */
  list(key: Key, rule: TextRule, fallback?: readonly string[]): readonly string[] {
    const raw = fallback === undefined ? this.#required(key) : this.#raw(key);
    if (raw === undefined) return fallback ?? [];
    const values = typeof raw === "string" ? splitList(raw) : raw;
    const good =
      Array.isArray(values) && values.every((value) => typeof value === "string" && accepted(value, rule));
    return good ? (values as string[]) : (this.#refuse(key, rule.must, raw) ?? []);
  }

  /** An object, or the text of one in JSON. `accepts` holds for each of its entries. */
  record<V>(
    key: Key,
    { accepts, must }: { readonly accepts: (name: string, value: unknown) => boolean; readonly must: string },
  ): Readonly<Record<string, V>> {
    const raw = this.#required(key);
    if (raw === undefined) return {};
    const value = typeof raw === "string" ? parsed(raw) : raw;
    const good =
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.entries(value).every(([name, entry]) => accepts(name, entry));
    return good ? (value as Record<string, V>) : (this.#refuse(key, must, raw) ?? {});
  }

  /** Every problem met, and one for each plain key nothing asked for: most likely a misspelled setting. */
  finish(): readonly string[] {
    const asked = [...new Set(this.#asked)].toSorted();
    // The CDK's own context keys have a colon, a slash or a hyphen.
    const inContext = Object.keys(this.#context).filter((key) => /^[A-Za-z]\w*$/.test(key));
    const unknown = (keys: readonly string[], where: string) =>
      keys.filter((key) => !asked.includes(key)).map((key) => unknownSetting(key, where, asked));
    return [
      ...new Set(this.#problems),
      ...unknown(inContext, ""),
      ...unknown(Object.keys(this.#file.values), ` in ${this.#file.path}`),
    ];
  }

  #raw(key: Key): unknown {
    this.#asked.push(key);
    if (this.isOverridden(key)) return this.#context[key];
    return (this.#file.values as Readonly<Record<string, unknown>>)[key];
  }

  #required(key: Key): unknown {
    const raw = this.#raw(key);
    if (raw === undefined) this.problem(`Setting "${key}" is missing in ${this.#file.path}.`);
    return raw;
  }

  #refuse(key: Key, must: string, raw: unknown): undefined {
    const where = this.isOverridden(key) ? "" : ` in ${this.#file.path}`;
    this.problem(`Setting "${key}" must ${must}; it is ${JSON.stringify(raw)}${where}.`);
    return undefined;
  }
}

function unknownSetting(key: string, where: string, known: readonly string[]): string {
  const gone = Object.hasOwn(GONE, key) ? GONE[key] : undefined;
  if (gone !== undefined) return `There is no setting "${key}"${where} any more: ${gone}.`;
  const meant = nearest(key, known);
  const hint = meant === undefined ? "" : `did you mean "${meant}"? All of them: `;
  return `There is no setting "${key}"${where}; ${hint === "" ? "the settings are " : hint}${known.join(", ")}.`;
}

function accepted(text: string, rule: TextRule): boolean {
  return (rule.pattern?.test(text) ?? true) && (rule.accepts?.(text) ?? true);
}

function splitList(text: string): unknown {
  if (!text.trimStart().startsWith("[")) {
    return text.trim() === "" ? [] : text.split(",").map((part) => part.trim());
  }
  return parsed(text);
}

/** The text itself where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
