import { list, parseJson, text as anyText } from "../protocol/fields.ts";
import { ENV_SPEC, VARIABLES } from "./env-spec.ts";
import type { FunctionName, Variable } from "./env-spec.ts";

interface Kinds {
  readonly text: string;
  readonly number: number;
  readonly texts: readonly string[];
}

type Values<V extends Variable> = { readonly [N in V]: Kinds[(typeof VARIABLES)[N]] };

/** The variables of one function, read. */
export type Environment<F extends FunctionName> = Values<(typeof ENV_SPEC)[F]["required"][number]> &
  Partial<Values<(typeof ENV_SPEC)[F]["optional"][number]>>;

/**
 * Reads a function's environment; called once, at load, so that a variable which is missing or wrong fails
 * the deployment's first call.
 *
 * @throws Error that names what is missing, or the first variable that does not read
 */
export function readEnvironment<F extends FunctionName>(
  name: F,
  source: Readonly<Record<string, string | undefined>> = process.env,
): Environment<F> {
  const { required, optional } = ENV_SPEC[name];
  const missing = required.filter((variable) => source[variable] === undefined);
  if (missing.length > 0) throw new Error(`The ${name} function lacks ${missing.join(", ")}.`);
  const present = [...required, ...optional].flatMap((variable) => {
    const text = source[variable];
    return text === undefined ? [] : [[variable, READERS[VARIABLES[variable]](variable, text)] as const];
  });
  return Object.fromEntries(present) as Environment<F>;
}

const READERS: { readonly [K in keyof Kinds]: (variable: Variable, text: string) => Kinds[K] } = {
  text: (_variable, text) => text,
  number: (variable, text) => {
    const value = Number(text);
    if (text === "" || !Number.isFinite(value)) {
      throw new Error(`${variable} must be a number, not "${text}".`);
    }
    return value;
  },
  texts: (variable, text) => {
    const decoded = list(anyText)(parseJson(text), variable);
    if (!decoded.ok) throw new Error(`${variable} must be a JSON array of strings, not "${text}".`);
    return decoded.value;
  },
};
