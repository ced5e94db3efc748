import { readJsonPath } from "./mapping-template.ts";

/** Evaluates to a key, or null where the frame has none. */
export type Selection = (body: string) => string | null;

/**
 * `$request.body.a.b`, `${request.body.a.b}`, `\$default`, or static text. Null: an expression that is not
 * served locally.
 */
export function compileSelection(expression: string): Selection | null {
  const literal = expression.replace(/^\\\$/, "$");
  if (literal === "$default" || !expression.includes("$")) return () => literal;
  const [, bare, braced] =
    /^(?:\$request\.body\.([\w.-]+)|\$\{request\.body\.([\w.-]+)\})$/.exec(expression) ?? [];
  const path = bare ?? braced;
  if (path === undefined) return null;
  const steps = path.split(".");
  return (body) => {
    const value = readJsonPath(body, steps);
    switch (typeof value) {
      case "string":
        return value;
      case "number":
      case "boolean":
        return String(value);
      default:
        return null;
    }
  };
}
