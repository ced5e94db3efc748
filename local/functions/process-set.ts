import type { FunctionModel } from "../assembly/model.ts";
import type { ProcessIdentity } from "./function-environment.ts";
import type { FunctionLog } from "./function-log.ts";
import { startFunctionProcess, type FunctionProcess, type WorkItem } from "./function-process.ts";
import type { ProcessHooks } from "./process-hooks.ts";
import type { RuntimeApi } from "./runtime-api.ts";

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
}): ProcessSet {
  const { fn, limit } = options;
  const waiting: WorkItem[] = [];
  const processes = new Set<FunctionProcess>();
  /** Most recently used last: a burst's surplus stays cold at the bottom. */
  const idle: FunctionProcess[] = [];
  const startWatchers = new Set<() => void>();
  const stops = new Set<Promise<void>>();
  let starting = 0;
  let onDrained: (() => void) | undefined;

  const track = (stop: Promise<void>): void => {
    const tracked = stop.finally(() => stops.delete(tracked));
    stops.add(tracked);
  };

  const dispatch = (): void => {
    while (waiting.length > 0) {
      const process = idle.pop();
      if (process === undefined) break;
      const item = waiting.shift();
      if (item !== undefined) process.run(item);
    }
    while (starting < waiting.length && processes.size < limit) start();
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
          idle.push(process);
          dispatch();
        },
        ended: (failure) => {
          started();
          processes.delete(process);
          const at = idle.indexOf(process);
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
      for (const process of idle.splice(0)) track(process.stop());
      if (processes.size === 0) drained();
      return waiting.splice(0);
    },
    kill: async () => {
      await Promise.all([...processes].map((process) => process.stop()));
      await Promise.all(stops);
    },
  };
}
