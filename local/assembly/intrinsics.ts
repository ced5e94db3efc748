import { isFields } from "./fields.ts";

/** What an expression can refer to, seen from one stack. */
export interface Scope {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  condition(name: string): unknown;
  mapping(map: string, first: string, second: string): unknown;
  /** Told what could not be resolved; the expression's value is then undefined. */
  unresolved(what: string): undefined;
}

/** Replaces CloudFormation's intrinsic functions in a value by what they yield locally. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  }
  if (!isFields(value)) return value;
  const keys = Object.keys(value);
  const [key = ""] = keys;
  if (keys.length === 1 && (key === "Ref" || key === "Condition" || key.startsWith("Fn::"))) {
    const argument = value[key];
    // A policy statement has `Condition` as a key of its own, with an object below it.
    if (key !== "Condition" || typeof argument === "string") return intrinsic(key, argument, scope);
  }
  const result: Record<string, unknown> = {};
  for (const name of keys) {
    const item = evaluate(value[name], scope);
    if (item !== undefined) result[name] = item;
  }
  return result;
}

function intrinsic(key: string, argument: unknown, scope: Scope): unknown {
  const parts = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument];
  const part = (index: number): unknown => evaluate(parts[index], scope);
  switch (key) {
    case "Ref":
      return scope.ref(String(argument));
    case "Condition":
      return scope.condition(String(argument));
    case "Fn::GetAtt": {
      const [logicalId = "", ...attribute] =
        typeof argument === "string" ? argument.split(".") : [String(parts[0]), asText(part(1))];
      return scope.attribute(logicalId, attribute.join("."));
    }
    case "Fn::ImportValue":
      return scope.importValue(asText(part(0)));
    case "Fn::Join":
      return asList(part(1))
        .map(asText)
        .join(asText(part(0)));
    case "Fn::Split":
      return asText(part(1)).split(asText(part(0)));
    case "Fn::Select":
      return asList(part(1))[Number(part(0))] ?? scope.unresolved("Fn::Select beyond the end of its list");
    case "Fn::Sub":
      return substitute(asText(parts[0]), isFields(parts[1]) ? parts[1] : {}, scope);
    case "Fn::Base64":
      return Buffer.from(asText(part(0))).toString("base64");
    case "Fn::FindInMap":
      return scope.mapping(asText(part(0)), asText(part(1)), asText(part(2)));
    case "Fn::If":
      return scope.condition(String(parts[0])) === true ? part(1) : part(2);
    case "Fn::Equals":
      return asText(part(0)) === asText(part(1));
    case "Fn::And":
      return parts.every((_, index) => part(index) === true);
    case "Fn::Or":
      return parts.some((_, index) => part(index) === true);
    case "Fn::Not":
      return part(0) !== true;
    default:
      return scope.unresolved(key);
  }
}

/** `${Name}`, `${Name.Attribute}`, and `${!literal}`, which stays as `${literal}`. */
function substitute(text: string, variables: Readonly<Record<string, unknown>>, scope: Scope): string {
  return text.replaceAll(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal !== "") return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return asText(evaluate(variables[name], scope));
    const [logicalId = "", ...attribute] = name.split(".");
    return asText(attribute.length === 0 ? scope.ref(name) : scope.attribute(logicalId, attribute.join(".")));
  });
}

const asText = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [];
