import type { StatementModel } from "../assembly/model.ts";
import { compileCondition, type CallContext, type CompiledCondition } from "./conditions.ts";
import { matcherOf, type Matcher } from "./wildcards.ts";

export type Decision =
  | { readonly type: "allowed" }
  /** Nothing allows it, or a statement denies it whatever allows it. */
  | { readonly type: "refused"; readonly how: "implicit" | "explicit" };

/** Decides on one action on one resource. */
export type Judge = (action: string, resource: string, context: CallContext) => Decision;

export type CompiledPolicies =
  | { readonly type: "compiled"; readonly judge: Judge }
  /** A sentence: what the policies say cannot be decided here. */
  | { readonly type: "unreadable"; readonly sentence: string };

interface CompiledStatement {
  readonly effect: "Allow" | "Deny";
  readonly covers: Matcher;
  readonly concerns: Matcher;
  readonly conditions: readonly CompiledCondition[];
}

const ALLOWED: Decision = { type: "allowed" };

/** Compiles the statements of a role once; a decision then looks only at those that name the action. */
export function compilePolicies(statements: readonly StatementModel[]): CompiledPolicies {
  const compiled: CompiledStatement[] = [];
  for (const statement of statements) {
    const conditions: CompiledCondition[] = [];
    for (const condition of statement.conditions) {
      const one = compileCondition(condition);
      if (one === undefined) {
        const sentence = `the condition ${condition.operator} on ${condition.key} is not judged locally.`;
        return { type: "unreadable", sentence };
      }
      conditions.push(one);
    }
    compiled.push({
      effect: statement.effect,
      // Actions have no case, resources have.
      covers: either(lower(statement.actions), lower(statement.notActions)),
      concerns: either(statement.resources, statement.notResources),
      conditions,
    });
  }

  /** As many as the services have of actions that are called. */
  const byAction = new Map<string, readonly CompiledStatement[]>();
  const statementsOn = (action: string): readonly CompiledStatement[] => {
    const known = byAction.get(action);
    if (known !== undefined) return known;
    const found = compiled.filter(({ covers }) => covers(action.toLowerCase()));
    byAction.set(action, found);
    return found;
  };

  const judge: Judge = (action, resource, context) => {
    let decision: Decision = { type: "refused", how: "implicit" };
    for (const { effect, concerns, conditions } of statementsOn(action)) {
      if (!concerns(resource) || !conditions.every((holds) => holds(context))) continue;
      if (effect === "Deny") return { type: "refused", how: "explicit" };
      decision = ALLOWED;
    }
    return decision;
  };
  return { type: "compiled", judge };
}

function either(wanted: readonly string[], unwanted: readonly string[]): Matcher {
  if (unwanted.length === 0) return matcherOf(wanted);
  const matches = matcherOf(unwanted);
  return (text) => !matches(text);
}

const lower = (texts: readonly string[]): readonly string[] => texts.map((text) => text.toLowerCase());
