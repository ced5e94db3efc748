import type { Placeholders } from "./transcript.ts";

/** What a client did, and everything that came of it: with words in angle brackets for what differs each time. */
export type RecordedStep = Deed & {
  /** Over HTTP the status and the body; of a connection the status and the subprotocol. */
  answer?: unknown;
  /** By device, what it received before all was quiet again, in its order. */
  frames?: Readonly<Record<string, readonly unknown[]>>;
};

export type Deed =
  /** Devices are called by whose they are, and a number. */
  | { readonly do: "connect"; readonly device: string; readonly by: "header" | "subprotocol" | "nothing" }
  /** An object goes as JSON, a string as it is; `<bytes>` and `<33 KB>` are what no file can show. */
  | { readonly do: "send"; readonly device: string; readonly frame: unknown }
  | { readonly do: "close"; readonly device: string }
  | {
      readonly do: "request";
      /** "nobody" bears no token. */
      readonly person: string;
      readonly method: string;
      readonly path: string;
      /** An object goes as JSON, a string as it is. */
      readonly body?: unknown;
    };

export interface Recording {
  readonly about: readonly string[];
  readonly steps: readonly RecordedStep[];
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const WORD = /^<([\w ']+)>$/;

/**
 * What is missing of a recorded frame or answer, or means something else: each in one line. What has come beside
 * it is nobody's harm. A sentence for people may be another one.
 */
export function differencesOf(
  recorded: unknown,
  came: unknown,
  placeholders: Placeholders,
  at = "",
): readonly string[] {
  if (Array.isArray(recorded)) {
    if (!Array.isArray(came)) return [`${at} is ${JSON.stringify(came)}, not an array`];
    const length =
      recorded.length === came.length ? [] : [`${at} has ${came.length} entries, not ${recorded.length}`];
    const entries = recorded.flatMap((entry, index) =>
      index < came.length ? differencesOf(entry, came[index], placeholders, `${at}[${index}]`) : [],
    );
    return [...length, ...entries];
  }
  if (isFields(recorded)) {
    if (!isFields(came)) return [`${at} is ${JSON.stringify(came)}, not an object`];
    return Object.entries(recorded).flatMap(([name, value]) => {
      const here = `${at}.${name}`;
      if (!(name in came)) return [`${here} is missing`];
      if (name === "message" && "code" in recorded) return sentenceOf(came[name], here);
      return differencesOf(value, came[name], placeholders, here);
    });
  }
  const [, word] = typeof recorded === "string" ? (WORD.exec(recorded) ?? []) : [];
  if (
    word !== undefined &&
    (typeof came !== "string" || came === "" || TIME.test(came) !== word.startsWith("time"))
  )
    return [`${at} is ${JSON.stringify(came)}, not a ${word}`];
  const expected = word === undefined ? recorded : placeholders.expected(recorded, came);
  return expected === came ? [] : [`${at} is ${JSON.stringify(came)}, not ${JSON.stringify(expected)}`];
}

const sentenceOf = (came: unknown, at: string): readonly string[] =>
  typeof came === "string" && came.endsWith(".") ? [] : [`${at} is ${JSON.stringify(came)}, not a sentence`];

/** Gives what differs each time its word when it is first seen; `placeholders` learn it. */
export class Naming {
  readonly #words = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(readonly placeholders: Placeholders) {}

  learn(word: string, value: string): void {
    this.#words.set(value, `<${word}>`);
    this.placeholders.learn(word, value);
  }

  /** The same with words. `field` is the name of what it stands in. */
  named(value: unknown, field = ""): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.named(entry, field));
    if (isFields(value)) {
      const kind = "seq" in value && "id" in value ? "message" : field;
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [
          name,
          this.named(one, name === "id" ? `${kind} id` : name),
        ]),
      );
    }
    if (typeof value !== "string") return value;
    const kind = TIME.test(value) ? "time" : KINDS[field];
    if (kind !== undefined && !this.#words.has(value)) {
      const count = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, count);
      this.learn(`${kind} ${count}`, value);
    }
    return this.#words.get(value) ?? value;
  }
}

/** What the fields that differ each time hold. */
const KINDS: Readonly<Record<string, string>> = {
  conversationId: "conversation",
  "message id": "message",
  nextCursor: "cursor",
};
