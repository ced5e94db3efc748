import * as limits from "../lambdas/protocol/limits.ts";

/** The contract's figures by name; a module's own order depends on who loads it. */
export const LIMITS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(limits).toSorted(([one], [other]) => (one < other ? -1 : 1)),
);
