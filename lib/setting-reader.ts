interface TextRule {
  readonly pattern?: RegExp;
  readonly accepts?: (text: string) => boolean;
  /** What a good value must do, after "must". */
  readonly must: string;
}

/**
 * Reads typed values out of CDK context, where `-c key=value` gives strings and cdk.json any JSON. A bad
 * value is noted in one sentence that names its key, and the default stands in so that all are found at once.
 */
export class SettingReader {
  readonly #context: Readonly<Record<string, unknown>>;
  readonly #asked: string[] = [];
  readonly #problems: string[] = [];

  constructor(context: Readonly<Record<string, unknown>>) {
    this.#context = context;
  }

  problem(sentence: string): void {
    this.#problems.push(sentence);
  }

  text(key: string, fallback: string, rule: TextRule): string {
    return this.optionalText(key, rule) ?? fallback;
  }

  optionalText(key: string, rule: TextRule): string | undefined {
    const raw = this.#raw(key);
    if (raw === undefined) return undefined;
    if (typeof raw === "string" && accepted(raw, rule)) return raw;
    return this.#refuse(key, rule.must, raw);
  }

  integer(key: string, fallback: number, min: number, max: number): number {
    const raw = this.#raw(key);
    if (raw === undefined) return fallback;
    const value = typeof raw === "string" && /^-?\d+$/.test(raw) ? Number(raw) : raw;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.#refuse(key, `be a whole number from ${min} to ${max}`, raw) ?? fallback;
  }

  flag(key: string, fallback: boolean): boolean {
    const raw = this.#raw(key);
    if (raw === undefined) return fallback;
    if (raw === true || raw === "true") return true;
    if (raw === false || raw === "false") return false;
    return this.#refuse(key, "be true or false", raw) ?? fallback;
  }

  oneOf<T extends string | number>(key: string, fallback: T, choices: readonly T[]): T {
    const raw = this.#raw(key);
    if (raw === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === raw || String(candidate) === raw);
    return choice ?? this.#refuse(key, `be one of ${choices.join(", ")}`, raw) ?? fallback;
  }

  /** A JSON array of strings, or strings with commas between them; the empty string is the empty list. */
  list(key: string, fallback: readonly string[], rule: TextRule): readonly string[] {
    const raw = this.#raw(key);
    if (raw === undefined) return fallback;
    const values = typeof raw === "string" ? splitList(raw) : raw;
    const good =
      Array.isArray(values) && values.every((value) => typeof value === "string" && accepted(value, rule));
    return good ? (values as string[]) : (this.#refuse(key, rule.must, raw) ?? fallback);
  }

  /** Every problem met, and one for each plain key nothing asked for: most likely a misspelled setting. */
  finish(): readonly string[] {
    // The CDK's own context keys have a colon, a slash or a hyphen.
    const unknown = Object.keys(this.#context).filter(
      (key) => /^[A-Za-z]\w*$/.test(key) && !this.#asked.includes(key),
    );
    const known = this.#asked.toSorted().join(", ");
    return [
      ...this.#problems,
      ...unknown.map((key) => `There is no setting "${key}"; the settings are ${known}.`),
    ];
  }

  #raw(key: string): unknown {
    this.#asked.push(key);
    return Object.hasOwn(this.#context, key) ? this.#context[key] : undefined;
  }

  #refuse(key: string, must: string, raw: unknown): undefined {
    this.#problems.push(`Setting "${key}" must ${must}; it is ${JSON.stringify(raw)}.`);
    return undefined;
  }
}

function accepted(text: string, rule: TextRule): boolean {
  return (rule.pattern?.test(text) ?? true) && (rule.accepts?.(text) ?? true);
}

function splitList(text: string): unknown {
  if (!text.trimStart().startsWith("[")) {
    return text.trim() === "" ? [] : text.split(",").map((part) => part.trim());
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
