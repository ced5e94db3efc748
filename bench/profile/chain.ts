import { createDurations } from "../measures/durations.ts";

/** One end of an HTTP request, as the recorder notes it. Milliseconds of the machine's clock. */
export interface RequestEvent {
  readonly at: number;
  readonly kind: "asked" | "answered" | "received" | "responded";
  readonly method: string;
  readonly path: string;
  readonly target?: string;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface ChainStep {
  readonly name: string;
  /** Milliseconds after the frame was sent, the median. */
  readonly at: number;
  /** For a call: as the function waits for it, as the main process works at it, as the engine does. */
  readonly lasts?: number;
  readonly inMain?: number;
  readonly inEngine?: number;
}

interface Call {
  readonly name: string;
  readonly begun: number;
  readonly ended: number;
}

const ACK = "ack at the client";
const INVOKED = "the function has the frame";
const ANSWERED = "the function answers";

/** What happens between each frame and its ack, in the medians of all. */
export function chainOf(
  windows: readonly Window[],
  inFunction: readonly (readonly RequestEvent[])[],
  inMain: readonly RequestEvent[],
): ChainStep[] {
  const times = new Map<string, Record<"at" | "lasts" | "inMain" | "inEngine", number[]>>();
  const note = (
    name: string,
    values: Partial<Record<"at" | "lasts" | "inMain" | "inEngine", number>>,
  ): void => {
    const all = times.get(name) ?? { at: [], lasts: [], inMain: [], inEngine: [] };
    times.set(name, all);
    for (const [key, value] of Object.entries(values)) all[key as keyof typeof all].push(value);
  };
  const served = pair(inMain, "received", "responded");
  const ofEngine = pair(inMain, "asked", "answered");
  const functions = inFunction.map((events) => ({ events, calls: pair(events, "asked", "answered") }));
  for (const { from, to } of windows) {
    for (const { events, calls } of functions) {
      const invoked = events.find(
        ({ at, kind, path }) => kind === "answered" && isRuntime(path) && at > from && at < to,
      );
      const answers = events.find(
        ({ at, kind, path }) => kind === "asked" && path.endsWith("/response") && at > from && at < to,
      );
      if (invoked === undefined || answers === undefined) continue;
      note(INVOKED, { at: invoked.at - from });
      const counts = new Map<string, number>();
      for (const call of within(calls, { from: invoked.at, to: answers.at })) {
        const count = (counts.get(call.name) ?? 0) + 1;
        counts.set(call.name, count);
        const there = within(served, { from: call.begun, to: call.ended }).find(
          ({ name }) => name === call.name,
        );
        const engine =
          there &&
          within(ofEngine, { from: there.begun, to: there.ended }).find(({ name }) => name === call.name);
        note(count === 1 ? call.name : `${call.name} (${count})`, {
          at: call.begun - from,
          lasts: call.ended - call.begun,
          ...(there && { inMain: there.ended - there.begun }),
          ...(engine && { inEngine: engine.ended - engine.begun }),
        });
      }
      note(ANSWERED, { at: answers.at - from });
    }
    note(ACK, { at: to - from });
  }
  return [...times]
    .filter(([, { at }]) => at.length >= windows.length / 2)
    .map(([name, { at, lasts, inMain: main, inEngine }]) => ({
      name,
      at: median(at),
      ...(lasts.length > 0 && { lasts: median(lasts) }),
      ...(main.length > 0 && { inMain: median(main) }),
      ...(inEngine.length > 0 && { inEngine: median(inEngine) }),
    }))
    .sort((one, other) => one.at - other.at);
}

/** Each request's two ends; those of one name in the order in which they began. */
function pair(
  events: readonly RequestEvent[],
  first: RequestEvent["kind"],
  last: RequestEvent["kind"],
): Call[] {
  const open = new Map<string, number[]>();
  const calls: Call[] = [];
  for (const event of events) {
    if (isRuntime(event.path)) continue;
    const name = nameOf(event);
    const begun = open.get(name) ?? [];
    open.set(name, begun);
    if (event.kind === first) begun.push(event.at);
    if (event.kind !== last) continue;
    const since = begun.shift();
    if (since !== undefined) calls.push({ name, begun: since, ended: event.at });
  }
  return calls.sort((one, other) => one.begun - other.begun);
}

const within = (calls: readonly Call[], { from, to }: Window): Call[] =>
  calls.filter(({ begun, ended }) => begun >= from && ended <= to);

const isRuntime = (path: string): boolean => path.includes("/runtime/invocation/");

function nameOf({ method, path, target }: RequestEvent): string {
  if (target !== undefined) return target.replace(/^.*\./, "");
  return /(@|%40)connections/.test(path) ? "push" : `${method} ${path}`;
}

function median(values: readonly number[]): number {
  const durations = createDurations();
  for (const value of values) durations.add(value);
  return durations.percentile(0.5);
}
