import type { FunctionModel } from "../assembly/model.ts";
import type { ProcessIdentity } from "./function-environment.ts";
import type { FunctionLog } from "./function-log.ts";
import { startFunctionProcess, type FunctionProcess, type WorkItem } from "./function-process.ts";
import type { ProcessHooks } from "./process-hooks.ts";
import type { RuntimeApi } from "./runtime-api.ts";

/** While one is starting, which will serve those who wait too: what a start takes on a busy machine. */
const PATIENCE_WITH_A_START_MS = 200;
/**
 * For each process there is, while no core is free: what waits for a core is not served by one more process, which
 * only shares the work and is warm that much later. Not for ever, since a function may wait for its own next run.
 */
const PATIENCE_WITHOUT_A_CORE_MS = 1_000;
const LOOK_AGAIN_MS = 100;

/** The processes of one function, of one version of its code. */
export interface ProcessSet {
  readonly fn: FunctionModel;
  submit(item: WorkItem): void;
  warm(): Promise<void>;
  /** Takes no more work; gives back what still waits. Processes at work end after it, then `drained` is called. */
  retire(drained: () => void): readonly WorkItem[];
  kill(): Promise<void>;
}

export function createProcessSet(options: {
  readonly fn: FunctionModel;
  readonly limit: number;
  /** The Node it runs on. */
  readonly node: string;
  readonly runtimeApi: RuntimeApi;
  readonly endpointsEnv: (process: ProcessIdentity) => Readonly<Record<string, string>>;
  readonly log: FunctionLog;
  readonly hooks: ProcessHooks | undefined;
  /** For each process there is, how long a request waits before another is started for it. */
  readonly patienceMs: number;
  /** Whether a core is free for one more process, which then has it. */
  readonly takeCore: () => boolean;
  /** How long a process beside another may wait for work before it is ended. */
  readonly spareMs: number;
}): ProcessSet {
  const { fn, limit, patienceMs, takeCore, spareMs } = options;
  const waiting: WorkItem[] = [];
  const processes = new Set<FunctionProcess>();
  /** Most recently used last: a burst's surplus stays cold at the bottom, until it is ended. */
  const idle: { readonly process: FunctionProcess; readonly since: number }[] = [];
  const startWatchers = new Set<() => void>();
  const stops = new Set<Promise<void>>();
  let starting = 0;
  let onDrained: (() => void) | undefined;
  let nextStart: NodeJS.Timeout | undefined;
  let nextEnd: NodeJS.Timeout | undefined;

  const track = (stop: Promise<void>): void => {
    const tracked = stop.finally(() => stops.delete(tracked));
    stops.add(tracked);
  };

  const dispatch = (): void => {
    while (waiting.length > 0) {
      const free = idle.pop();
      if (free === undefined) break;
      const item = waiting.shift();
      if (item !== undefined) free.process.run(item);
    }
    startForThePatient();
  };

  /** None for the first process. */
  const patience = (isCoreFree: boolean): number => {
    if (processes.size === 0) return 0;
    const each = isCoreFree ? patienceMs : Math.max(patienceMs, PATIENCE_WITHOUT_A_CORE_MS);
    return Math.max(each * processes.size, starting > 0 ? PATIENCE_WITH_A_START_MS : 0);
  };

  /** Those that start already have the first of those who wait. */
  const startForThePatient = (): void => {
    clearTimeout(nextStart);
    while (processes.size < limit) {
      const item = waiting[starting];
      if (item === undefined) return;
      const waited = performance.now() - item.submittedAt;
      const left = patience(true) - waited;
      if (left > 0) {
        nextStart = setTimeout(startForThePatient, left);
        return;
      }
      if (waited < patience(false) && !takeCore()) {
        nextStart = setTimeout(startForThePatient, LOOK_AGAIN_MS);
        return;
      }
      start();
    }
  };

  /** Memory is a laptop's: of those that wait for work, one stays for good. */
  const endSpares = (): void => {
    clearTimeout(nextEnd);
    const now = performance.now();
    while (processes.size > 1 && idle[0] !== undefined) {
      const left = idle[0].since + spareMs - now;
      if (left > 0) {
        nextEnd = setTimeout(endSpares, left).unref();
        return;
      }
      const spare = idle.shift();
      if (spare === undefined) return;
      processes.delete(spare.process);
      track(spare.process.stop());
    }
  };

  const start = (): void => {
    let isStarting = true;
    starting += 1;
    const started = (): void => {
      if (!isStarting) return;
      isStarting = false;
      starting -= 1;
      for (const notify of startWatchers) notify();
      startWatchers.clear();
    };
    const process = startFunctionProcess({
      ...options,
      events: {
        idle: () => {
          started();
          if (onDrained !== undefined) return track(process.stop());
          idle.push({ process, since: performance.now() });
          dispatch();
          endSpares();
        },
        ended: (failure) => {
          started();
          processes.delete(process);
          const at = idle.findIndex((free) => free.process === process);
          if (at >= 0) idle.splice(at, 1);
          // Each failed start costs one request, so that broken code is not started for ever.
          if (failure !== undefined) waiting.shift()?.settle(failure, true);
          if (onDrained === undefined) dispatch();
          else if (processes.size === 0) onDrained();
        },
      },
    });
    processes.add(process);
  };

  return {
    fn,
    submit: (item) => {
      waiting.push(item);
      dispatch();
    },
    warm: async () => {
      if (idle.length > 0 || processes.size >= limit) return;
      const ready = new Promise<void>((resolve) => startWatchers.add(resolve));
      if (starting === 0) start();
      await ready;
    },
    retire: (drained) => {
      onDrained = drained;
      clearTimeout(nextStart);
      clearTimeout(nextEnd);
      for (const { process } of idle.splice(0)) track(process.stop());
      if (processes.size === 0) drained();
      return waiting.splice(0);
    },
    kill: async () => {
      await Promise.all([...processes].map((process) => process.stop()));
      await Promise.all(stops);
    },
  };
}
