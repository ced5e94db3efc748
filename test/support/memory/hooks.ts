import type { Consistency } from "../../../lambdas/chat/ports.ts";

/** One call of a port, before or after its effect. */
export interface PortCall {
  readonly name: string;
  readonly phase: "before" | "after";
}

/** What may happen around the port calls of one function environment. */
export interface Hooks {
  /** Awaited before and after the effect of every call: others interleave here; rejecting is a crash. */
  step(call: PortCall): Promise<void>;
  /** How many writes an eventually consistent read lags behind. */
  lag(): number;
  /** Whether an eventually consistent list may lack an item and yet hold a later one. */
  readonly isPatchy: boolean;
  /** Whether a write's answer is lost, so that the SDK repeats it. */
  losesAnswer(name: string): boolean;
  /** How many items a page of a query holds. */
  readonly pageSize: number;
}

export const CALM: Hooks = {
  step: () => Promise.resolve(),
  lag: () => 0,
  isPatchy: false,
  losesAnswer: () => false,
  pageSize: Infinity,
};

export async function call<T>(hooks: Hooks, name: string, effect: () => T): Promise<T> {
  await hooks.step({ name, phase: "before" });
  const result = effect();
  await hooks.step({ name, phase: "after" });
  return result;
}

/** A write whose first answer may be lost: the caller then learns what the repeated one met. */
export async function write<T>(hooks: Hooks, name: string, effect: () => T): Promise<T> {
  if (hooks.losesAnswer(name)) await call(hooks, name, effect);
  return call(hooks, name, effect);
}

export const lagOf = (hooks: Hooks, consistency: Consistency): number =>
  consistency === "strong" ? 0 : hooks.lag();

/** The same for all items of one list: what a replica has is what was written up to a moment. */
export function lagOfList(hooks: Hooks, consistency: Consistency): () => number {
  const lag = lagOf(hooks, consistency);
  return () => lag;
}
