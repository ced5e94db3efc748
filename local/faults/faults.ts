import { randomInt } from "node:crypto";
import { pause } from "../events/event-log.ts";
import { UNHINDERED, type GatewayFaults } from "../gateway/websocket/gateway-faults.ts";
import { planDatabaseCall, type DatabaseCallPlan, type PlannedCall } from "./database-plan.ts";
import { functionKey, type FaultSet } from "./fault-set.ts";
import type { LaggingRead } from "./database-request.ts";
import { createInjectedCounts, type InjectedCounts } from "./injected-counts.ts";
import type { ReadFrom } from "./past-states.ts";
import { seededDecisions } from "./seeded-decisions.ts";

/** What the local cloud does wrong at present, and each decision about it. */
export interface Faults extends GatewayFaults {
  /** Replaces the whole set. Decisions begin anew, and waits of the earlier set end. */
  set(faults: FaultSet): void;
  clear(): void;
  /** As it was given, with the seed in use; a kill counts down and goes when it is used up. */
  current(): Record<string, unknown>;
  /** Called with each new set, in force by then; with an empty one when it is cleared. */
  onChange(listener: (faults: FaultSet) => void): void;
  /** Asked once for each database call of a function. */
  planCall(call: PlannedCall): DatabaseCallPlan;
  /** Asked once for each read that may lag behind. */
  planRead(kind: LaggingRead): ReadFrom;
  /** Asked once for each delivery of a stream or a queue. */
  planDelivery(): { readonly delayMs: number; readonly isDoubled: boolean };
  /** Asked once for each invocation. */
  clockSkewMs(functionName: string): number;
  readonly injected: InjectedCounts;
}

const NONE: FaultSet = {};
const NO_DELIVERY_FAULT = { delayMs: 0, isDoubled: false };
/** Below it `randomInt` works. */
const SEEDS = 2 ** 47;

export function createFaults(): Faults {
  const listeners: ((faults: FaultSet) => void)[] = [];
  const injected = createInjectedCounts();
  let faults = NONE;
  let seed = 0;
  let decisions = seededDecisions(seed);
  let killsLeft = 0;
  let replaced = new AbortController();

  const replace = (next: FaultSet): void => {
    faults = next;
    seed = next.seed ?? randomInt(SEEDS);
    decisions = seededDecisions(seed);
    killsLeft = next.kill?.times ?? 0;
    replaced.abort();
    replaced = new AbortController();
    for (const listener of listeners) listener(next);
  };

  return {
    set: replace,
    clear: () => replace(NONE),
    current: () => {
      if (faults === NONE) return {};
      const { cut: _done, kill, database, clockSkewMs, ...rest } = faults;
      return {
        seed,
        ...rest,
        ...(kill === undefined || killsLeft === 0 ? {} : { kill: { ...kill, times: killsLeft } }),
        ...(database === undefined ? {} : { database: databaseAsGiven(database) }),
        ...(clockSkewMs === undefined ? {} : { clockSkewMs: Object.fromEntries(clockSkewMs) }),
      };
    },
    onChange: (listener) => void listeners.push(listener),
    injected,
    losesDisconnect: () => {
      const share = faults.loseDisconnect;
      const isLost = share !== undefined && decisions.decide("loseDisconnect", share);
      if (isLost) injected.add("loseDisconnect");
      return isLost;
    },
    planPush: (connectionId) => {
      const rules = faults.push ?? [];
      const rule = rules.find(
        (candidate, index) =>
          (candidate.connectionId ?? connectionId) === connectionId &&
          decisions.decide(`push ${index}`, candidate.share),
      );
      if (rule === undefined) return UNHINDERED;
      const { status = null, delayMs = 0 } = rule;
      if (status !== null) injected.add(`push.${status}`);
      if (delayMs > 0) injected.add("push.delay");
      return { status, delayMs };
    },
    planCall: (call) => {
      const { kill, database } = faults;
      if (
        kill !== undefined &&
        killsLeft > 0 &&
        call.nth === kill.call &&
        functionKey(call.functionName) === functionKey(kill.function)
      ) {
        killsLeft -= 1;
        injected.add(`kill.${kill.when}`);
        return { type: "kill", when: kill.when };
      }
      const plan = planDatabaseCall(call, database, decisions);
      if (plan.delayMs > 0) injected.add("database.delay");
      if (plan.type === "error") injected.add(`database.${plan.name}`);
      if (plan.type === "error" && plan.tookEffect) injected.add("database.hiddenWrite");
      return plan;
    },
    planRead: (kind) => {
      if (kind === "index") return faults.indexLagMs === undefined ? "present" : "index";
      const share = faults.staleReads;
      return share !== undefined && decisions.decide("staleReads", share) ? "stale" : "present";
    },
    planDelivery: () => {
      if (faults.stream === undefined) return NO_DELIVERY_FAULT;
      const { delayMs, duplicateShare } = faults.stream;
      const isDoubled = decisions.decide("duplicate", duplicateShare);
      if (delayMs > 0) injected.add("stream.delay");
      if (isDoubled) injected.add("stream.duplicate");
      return { delayMs, isDoubled };
    },
    clockSkewMs: (functionName) => {
      for (const [name, ms] of faults.clockSkewMs ?? []) {
        if (functionKey(name) !== functionKey(functionName)) continue;
        injected.add("clockSkew");
        return ms;
      }
      return 0;
    },
    wait: (ms) => pause(ms, replaced.signal),
  };
}

function databaseAsGiven({ error, delayMs }: NonNullable<FaultSet["database"]>): unknown {
  return { ...(error === undefined ? {} : { error: error.name, share: error.share }), delayMs };
}
