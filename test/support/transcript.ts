/** One thing that happens in a transcript, as docs/transcript.md writes it. */
export type Step =
  | { readonly type: "define"; readonly name: string; readonly value: unknown }
  | { readonly type: "connect"; readonly who: string; readonly how: "header" | "subprotocol" }
  | { readonly type: "refused"; readonly status: number }
  /** `bytes` and `33 KB` stand for frames that no page can show. */
  | { readonly type: "send"; readonly who: string; readonly text: string }
  | { readonly type: "receive"; readonly who: string; readonly frame: unknown }
  | { readonly type: "closed"; readonly who: string; readonly code: number }
  | { readonly type: "close"; readonly who: string }
  | {
      readonly type: "request";
      readonly who: string;
      readonly method: string;
      readonly path: string;
      readonly body: string | null;
      readonly status: number;
      readonly answer: unknown;
    };

/** The steps of a page, in order. @throws for a line that says nothing */
export function stepsOf(page: string): readonly Step[] {
  const blocks = [...page.matchAll(/^```text\n(.*?)^```$/gms)].map(([, block]) => block!);
  // What is indented goes on with the line before.
  const lines = blocks
    .flatMap((block) => block.replaceAll(/\n +/g, " ").split("\n"))
    .filter((line) => line !== "");
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const request = /^(\w+): ([A-Z]+) (\S+)(?: (.+))?$/.exec(line);
    if (request) {
      const [, who, method, path, body] = request;
      const [, status, answer] = /^(\d{3}) (.+)$/.exec(lines[(at += 1)] ?? "") ?? wrong(line);
      steps.push({
        type: "request",
        who: who!,
        method: method!,
        path: path!,
        body: body ?? null,
        status: Number(status),
        answer: JSON.parse(answer!) as unknown,
      });
    } else if (line === "nobody connects without a token") {
      steps.push({ type: "refused", status: Number(lines[(at += 1)]) });
    } else steps.push(stepOf(line));
  }
  return steps;
}

function stepOf(line: string): Step {
  const [, name, value] = /^([\w ']+) = (.+)$/.exec(line) ?? [];
  if (name) return { type: "define", name, value: JSON.parse(value!) as unknown };
  const [, who = wrong(line), what = ""] = /^(\w+) (.+)$/.exec(line) ?? [];
  const [, sent] = /^> (.+)$/.exec(what) ?? [];
  if (sent) return { type: "send", who, text: sent };
  const [, received] = /^< (.+)$/.exec(what) ?? [];
  if (received) return { type: "receive", who, frame: JSON.parse(received) as unknown };
  const [, how] = /^connects by (header|subprotocol)$/.exec(what) ?? [];
  if (how) return { type: "connect", who, how: how as "header" | "subprotocol" };
  const [, code] = /^is closed with (\d+)$/.exec(what) ?? [];
  if (code) return { type: "closed", who, code: Number(code) };
  return what === "closes" ? { type: "close", who } : wrong(line);
}

function wrong(line: string): never {
  throw new Error(`The transcript says nothing by: ${line}`);
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ANY: Readonly<Record<string, (value: unknown) => boolean>> = {
  time: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
  number: (value) => Number.isSafeInteger(value),
  sentence: (value) => typeof value === "string" && value.endsWith("."),
};

/** What the words in angle brackets stand for. */
export class Placeholders {
  readonly #definitions = new Map<string, unknown>();
  readonly #learnt = new Map<string, unknown>();

  define(name: string, template: unknown): void {
    this.#definitions.set(name, template);
  }

  learn(name: string, value: unknown): void {
    this.#learnt.set(name, value);
  }

  /** The text with what is known in the place of its words. */
  fill(text: string, encode = (value: string): string => value): string {
    return text.replaceAll(/<([\w ']+)>/g, (_, name: string) => {
      if (!this.#learnt.has(name)) throw new Error(`Nobody has learnt yet what <${name}> is.`);
      return encode(String(this.#learnt.get(name)));
    });
  }

  /**
   * What is expected in the place of what came: equal to it where it fits, and readable beside it where it does
   * not. What is not known yet is learnt.
   */
  expected(template: unknown, came: unknown): unknown {
    if (typeof template === "string") return this.#expectedText(template, came);
    if (Array.isArray(template)) {
      return template.map((entry, index) =>
        this.expected(entry, Array.isArray(came) ? came[index] : undefined),
      );
    }
    if (!isFields(template)) return template;
    const fields = this.#spread(template);
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        this.expected(value, isFields(came) ? came[name] : undefined),
      ]),
    );
  }

  #expectedText(template: string, came: unknown): unknown {
    const [, name] = /^<([\w ']+)>$/.exec(template) ?? [];
    if (name === undefined) return template;
    if (this.#definitions.has(name)) return this.expected(this.#definitions.get(name), came);
    const fits = ANY[name];
    if (fits) return fits(came) ? came : template;
    if (!this.#learnt.has(name) && came !== undefined) this.#learnt.set(name, came);
    return this.#learnt.get(name);
  }

  #spread({ "...": of, ...own }: Fields): Fields {
    if (typeof of !== "string") return own;
    const base = this.#definitions.get(of.slice(1, -1));
    if (!isFields(base)) throw new Error(`The transcript has not said what ${of} is.`);
    return { ...base, ...own };
  }
}
