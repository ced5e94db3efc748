import type { ConditionModel } from "../assembly/model.ts";
import { matcherOf } from "./wildcards.ts";

/** What is known of a call, by the name of the condition key in lower case. */
export type CallContext = Readonly<Record<string, string>>;

export type CompiledCondition = (context: CallContext) => boolean;

/** Those a call has here, in lower case: IAM's keys have no case. */
const KEYS = new Set([
  "aws:principalarn",
  "aws:requestedregion",
  "aws:securetransport",
  "dynamodb:enclosingoperation",
]);

type Operator = (values: readonly string[]) => (text: string) => boolean;

const lower = (values: readonly string[]): readonly string[] => values.map((value) => value.toLowerCase());
const not =
  (operator: Operator): Operator =>
  (values) => {
    const matches = operator(values);
    return (text) => !matches(text);
  };
const equals: Operator = (values) => (text) => values.includes(text);
const equalsInAnyCase: Operator = (values) => (text) => lower(values).includes(text.toLowerCase());

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["StringEquals", equals],
  ["StringNotEquals", not(equals)],
  ["StringEqualsIgnoreCase", equalsInAnyCase],
  ["StringNotEqualsIgnoreCase", not(equalsInAnyCase)],
  ["StringLike", matcherOf],
  ["StringNotLike", not(matcherOf)],
  ["ArnEquals", matcherOf],
  ["ArnLike", matcherOf],
  ["ArnNotEquals", not(matcherOf)],
  ["ArnNotLike", not(matcherOf)],
  ["Bool", equalsInAnyCase],
]);

/** Undefined for an operator or a key that is not known here. */
export function compileCondition({ operator, key, values }: ConditionModel): CompiledCondition | undefined {
  const name = key.toLowerCase();
  if (!KEYS.has(name)) return undefined;
  if (operator === "Null") {
    const isToBeAbsent = values.includes("true");
    return (context) => (context[name] === undefined) === isToBeAbsent;
  }
  const ifExists = operator.endsWith("IfExists");
  const base = operator.replace(/IfExists$/, "");
  const compiled = OPERATORS.get(base)?.(values);
  if (compiled === undefined) return undefined;
  // A key that is absent satisfies what is negated, as in the service.
  const whenAbsent = ifExists || base.includes("Not");
  return (context) => {
    const text = context[name];
    return text === undefined ? whenAbsent : compiled(text);
  };
}
