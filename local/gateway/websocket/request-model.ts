import type { RequestModelModel } from "../../assembly/model.ts";
import { compileSchema, type SchemaCheck } from "./request-schema.ts";
import { compileSelection } from "./selection-expression.ts";

export type CompiledRequestModel =
  | { readonly type: "ok"; readonly accepts: (frame: string) => boolean }
  /** A sentence without a subject: "has …". */
  | { readonly type: "unsupported"; readonly problem: string };

/**
 * Validation of a route's frames before its integration runs. A frame whose key names no model and that
 * finds no `$default` one is let through.
 */
export function compileRequestModel(model: RequestModelModel): CompiledRequestModel {
  const select = compileSelection(model.selectionExpression);
  if (select === null)
    return unsupported(`has the model selection expression "${model.selectionExpression}"`);
  const checks = new Map<string, SchemaCheck>();
  for (const [key, schema] of Object.entries(model.schemas)) {
    const compiled = compileSchema(schema);
    if (compiled.type === "unsupported") return unsupported(`has a request model with ${compiled.problem}`);
    checks.set(key, compiled.check);
  }
  return {
    type: "ok",
    accepts: (frame) => {
      const check = checks.get(select(frame) ?? "$default") ?? checks.get("$default");
      return check === undefined || fits(frame, check);
    },
  };
}

function fits(frame: string, check: SchemaCheck): boolean {
  try {
    return check(JSON.parse(frame));
  } catch {
    return false;
  }
}

function unsupported(problem: string): CompiledRequestModel {
  return { type: "unsupported", problem };
}
