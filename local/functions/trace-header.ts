import { createHash, randomBytes } from "node:crypto";

/**
 * Runs of one function in a chain of requests, beyond which Lambda runs it no more ("Use Lambda recursive loop
 * detection": "approximately 16 times"). It counts in the X-Ray trace header, which the SDKs pass on from
 * `_X_AMZN_TRACE_ID`; what the service writes there is its own affair, and so is what stands here.
 */
export const CHAIN_LIMIT = 16;

export interface Trace {
  /** What the invocation finds in `_X_AMZN_TRACE_ID`. */
  readonly header: string;
  /** The invocation's number among those of its function in the chain, from 1. */
  readonly run: number;
}

/** The trace of an invocation that was caused by what carries these headers; none: a chain of its own. */
export function traceInvocation(functionId: string, causes: readonly string[]): Trace {
  // One header goes out with all an invocation sends: the longest chain among a batch's messages counts.
  const lineage = new Map<string, number>();
  for (const cause of causes) {
    for (const [mark, runs] of readLineage(cause)) lineage.set(mark, Math.max(runs, lineage.get(mark) ?? 0));
  }
  const run = (lineage.get(markOf(functionId)) ?? 0) + 1;
  lineage.set(markOf(functionId), run);
  const root = fieldOf(causes[0] ?? "", "Root") ?? newRoot();
  const parent = randomBytes(8).toString("hex");
  const marks = [...lineage].map(([mark, runs]) => `${mark}:${runs}`).join("|");
  return { header: `Root=${root};Parent=${parent};Sampled=0;Lineage=${marks}`, run };
}

/** Whether the function has run as often in this chain as it may. */
export function isChainUsedUp(functionId: string, header: string | undefined): boolean {
  return (readLineage(header ?? "").get(markOf(functionId)) ?? 0) >= CHAIN_LIMIT;
}

function readLineage(header: string): Map<string, number> {
  const lineage = new Map<string, number>();
  for (const entry of (fieldOf(header, "Lineage") ?? "").split("|")) {
    const [mark = "", runs] = entry.split(":");
    const count = Number(runs);
    if (Number.isSafeInteger(count) && count > 0) lineage.set(mark, count);
  }
  return lineage;
}

function fieldOf(header: string, name: string): string | undefined {
  const field = header.split(";").find((candidate) => candidate.startsWith(`${name}=`));
  return field?.slice(name.length + 1);
}

function newRoot(): string {
  return `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
}

const markOf = (functionId: string): string =>
  createHash("sha256").update(functionId).digest("hex").slice(0, 8);
