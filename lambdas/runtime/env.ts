import { ENV_SPEC } from "./env-spec.ts";
import type { FunctionEnvironment, FunctionName } from "./env-spec.ts";

/** Reads a function's environment; called once, at load, so that a missing variable fails the deployment's first call. */
export function readEnvironment<F extends FunctionName>(
  name: F,
  source: Readonly<Record<string, string | undefined>> = process.env,
): FunctionEnvironment<F> {
  const { required, optional } = ENV_SPEC[name];
  const missing = required.filter((variable) => source[variable] === undefined);
  if (missing.length > 0) throw new Error(`The ${name} function lacks ${missing.join(", ")}.`);
  const present = [...required, ...optional].flatMap((variable) => {
    const value = source[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return Object.fromEntries(present) as FunctionEnvironment<F>;
}

/** A variable that holds a number; anything else is a mistake of the stack. */
export function numberIn(variable: string, text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) throw new Error(`${variable} must be a number, not "${text}".`);
  return value;
}

/** A variable that holds a JSON array of strings. */
export function listIn(variable: string, text: string): readonly string[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== "string")) {
    throw new Error(`${variable} must be a JSON array of strings.`);
  }
  return value as string[];
}
