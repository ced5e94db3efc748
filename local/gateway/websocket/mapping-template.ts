/** What a template may read. */
export interface TemplateInput {
  readonly body: string;
  readonly context: ReadonlyMap<string, string>;
}

export type CompiledTemplate =
  | { readonly type: "ok"; readonly render: (input: TemplateInput) => string }
  /** `construct` is the piece of the template that is not served locally. */
  | { readonly type: "unsupported"; readonly construct: string };

type Part = (input: TemplateInput) => string;

const DIRECTIVE =
  /#(?:#|\*|\[\[|\{?(?:set|if|elseif|else|end|foreach|break|stop|macro|parse|include|evaluate|define)\b)/;
const REFERENCE = /\$!?(\{?)([A-Za-z]\w*(?:\.\w+)*)(?:\((?:'([^']*)'|"([^"]*)")?\))?(\}?)/g;

/**
 * The part of VTL that mock integrations need: static text, `$input.body`, `$input.path('$.a')`,
 * `$input.json('$.a')` and `$context.<name>`. Everything else is named as unsupported.
 */
export function compileTemplate(text: string): CompiledTemplate {
  const directive = DIRECTIVE.exec(text);
  if (directive !== null) return { type: "unsupported", construct: directive[0] };
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, open = "", name = "", single, double, close = ""] = match;
    const part = compileReference(name, single ?? double);
    if (part === null || (open === "{" && close === "")) return { type: "unsupported", construct: whole };
    const before = text.slice(at, match.index);
    parts.push(() => before, part);
    at = match.index + whole.length;
    // A brace that was not opened by the reference is text.
    if (open === "" && close === "}") at -= 1;
  }
  const rest = text.slice(at);
  parts.push(() => rest);
  return { type: "ok", render: (input) => parts.map((part) => part(input)).join("") };
}

function compileReference(name: string, argument: string | undefined): Part | null {
  if (name === "input.body" && argument === undefined) return (input) => input.body;
  if (name.startsWith("context.") && argument === undefined) {
    return (input) => input.context.get(name.slice("context.".length)) ?? "";
  }
  if (name !== "input.path" && name !== "input.json") return null;
  const steps = parseJsonPath(argument ?? "");
  if (steps === null) return null;
  return name === "input.json"
    ? (input) => JSON.stringify(readJsonPath(input.body, steps) ?? "")
    : (input) => asText(readJsonPath(input.body, steps));
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `$`, `$.a.b`, `$.a[0]`, `$['a']`; null for any other form. */
function parseJsonPath(path: string): readonly string[] | null {
  if (!/^\$(?:\.\w+|\[\d+\]|\['[^']+'\])*$/.test(path)) return null;
  return [...path.matchAll(/\.(\w+)|\[(\d+)\]|\['([^']+)'\]/g)].map(
    ([, member, index, quoted]) => member ?? index ?? quoted ?? "",
  );
}

/** The value at a path of a JSON text; undefined where there is none or the text is not JSON. */
export function readJsonPath(text: string, steps: readonly string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
