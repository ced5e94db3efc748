import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { FunctionModel } from "../assembly/model.ts";
import { spawnGuarded } from "../processes/guarded-child.ts";
import { functionEnvironment, type ProcessIdentity } from "./function-environment.ts";
import { parseLine, readLines, type FunctionLog } from "./function-log.ts";
import type { ProcessHooks } from "./process-hooks.ts";
import type { RuntimeApi, RuntimeError, RuntimeInvocation } from "./runtime-api.ts";

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap.mjs", import.meta.url));
/** Lambda gives the code outside of the handler ten seconds, then once more the function's own timeout. */
const INIT_LIMIT_MS = 10_000;
/** What of a function's memory the old objects may take: the rest is node's own and the young ones'. */
const OLD_SHARE = 0.9;
/**
 * Each of the three parts of the young objects, in MB. Node 24's default of 64 lets every process keep that much
 * garbage, in memory that all of a laptop's share; a request leaves less than this behind.
 */
const YOUNG_MB = 4;

export type Outcome =
  | { readonly type: "ok"; readonly payload: unknown }
  | { readonly type: "error"; readonly errorType: string; readonly errorMessage: string }
  | { readonly type: "timeout" };

export interface WorkItem {
  readonly requestId: string;
  readonly body: string;
  readonly traceHeader: string;
  /** On the clock of `performance.now`. */
  readonly submittedAt: number;
  settle(outcome: Outcome, cold: boolean): void;
}

export interface ProcessEvents {
  /** The process waits for work: after its start and after each invocation. */
  idle(): void;
  /** It has ended; `failure` is set if it did so before it ever waited for work. */
  ended(failure: Outcome | undefined): void;
}

/** One execution environment: starts at once, runs one invocation at a time. */
export interface FunctionProcess {
  /** Only while it waits for work. */
  run(item: WorkItem): void;
  /** Kills it; an invocation in flight ends as an error. */
  stop(): Promise<void>;
}

export function startFunctionProcess(options: {
  readonly fn: FunctionModel;
  readonly node: string;
  readonly runtimeApi: RuntimeApi;
  readonly endpointsEnv: (process: ProcessIdentity) => Readonly<Record<string, string>>;
  readonly log: FunctionLog;
  readonly hooks: ProcessHooks | undefined;
  readonly events: ProcessEvents;
}): FunctionProcess {
  const { fn, runtimeApi, log, hooks, events } = options;
  const processId = randomUUID();
  let deliver: ((invocation: RuntimeInvocation) => void) | undefined;
  let current: (WorkItem & { readonly timer: NodeJS.Timeout }) | undefined;
  let phase: "starting" | "ready" | "ended" = "starting";
  let invocations = 0;
  let failure: Outcome | undefined;

  const finish = (outcome: Outcome): void => {
    const item = current;
    if (item === undefined) return;
    current = undefined;
    clearTimeout(item.timer);
    item.settle(outcome, invocations === 1);
  };

  runtimeApi.attach(processId, {
    waiting: (give) => {
      deliver = give;
      if (phase === "ended") return;
      phase = "ready";
      clearTimeout(initTimer);
      // A process that asks for more without having answered has lost its request.
      finish(exited("asked for the next event without an answer"));
      events.idle();
    },
    responded: (requestId, body) => {
      if (requestId === current?.requestId) finish(parseResponse(body));
    },
    failed: (requestId, error) => {
      if (requestId === current?.requestId) finish(asOutcome(error));
    },
    initFailed: (error) => {
      failure = asOutcome(error);
    },
  });

  const identity = { processId, functionId: fn.id, functionName: fn.name };
  const child = spawnGuarded(
    options.node,
    [
      "--enable-source-maps",
      `--max-old-space-size=${Math.floor(fn.memoryMb * OLD_SHARE)}`,
      `--max-semi-space-size=${YOUNG_MB}`,
      BOOTSTRAP,
    ],
    {
      env: functionEnvironment(fn, runtimeApi.address(processId), options.endpointsEnv(identity)),
      cwd: fn.codePath,
    },
  );
  const { stdout, stderr } = child.process;
  for (const [stream, level] of [
    [stdout, "INFO"],
    [stderr, "ERROR"],
  ] as const) {
    if (stream === null) continue;
    readLines(stream, (line) => {
      const requestId = current?.requestId ?? null;
      log.line({ functionName: fn.name, ...parseLine(line, { requestId, level }) });
    });
  }

  const initTimer = setTimeout(() => {
    failure ??= { type: "timeout" };
    stops.push(child.kill());
  }, INIT_LIMIT_MS + fn.timeoutMs);
  const stops: Promise<void>[] = [];
  hooks?.started(identity, () => stops.push(child.kill()));

  const end = (how: string): void => {
    if (phase === "ended") return;
    const startFailure = phase === "starting" ? (failure ?? exited(how)) : undefined;
    phase = "ended";
    clearTimeout(initTimer);
    runtimeApi.detach(processId);
    hooks?.ended(identity);
    finish(exited(how));
    events.ended(startFailure);
  };
  child.process.on("error", (error) => end(`could not be started: ${error.message}`));
  // "exit", not "close": a grandchild that keeps the pipes open must not hold the answer back.
  child.process.on("exit", (code, signal) =>
    end(signal === null ? `exit status ${code}` : `signal: ${signal}`),
  );

  return {
    run: (item) => {
      const give = deliver;
      if (give === undefined || current !== undefined || phase !== "ready") {
        throw new Error(`${fn.name}: a process that does not wait for work was given some`);
      }
      deliver = undefined;
      invocations += 1;
      const timer = setTimeout(() => {
        finish({ type: "timeout" });
        stops.push(child.kill());
      }, fn.timeoutMs);
      current = { ...item, timer };
      const { clockSkewMs = 0 } = hooks?.began(identity, item.requestId) ?? {};
      give({
        requestId: item.requestId,
        functionArn: fn.arn,
        deadlineMs: Date.now() + fn.timeoutMs,
        clockSkewMs,
        traceHeader: item.traceHeader,
        body: item.body,
      });
    },
    stop: async () => {
      await child.kill();
      await Promise.all(stops);
    },
  };
}

function exited(how: string): Outcome {
  return { type: "error", errorType: "Runtime.ExitError", errorMessage: `Runtime exited: ${how}` };
}

function asOutcome(error: RuntimeError): Outcome {
  return { type: "error", ...error };
}

function parseResponse(body: string): Outcome {
  try {
    return { type: "ok", payload: JSON.parse(body) as unknown };
  } catch {
    return {
      type: "error",
      errorType: "Runtime.MalformedResponse",
      errorMessage: "The response is not JSON",
    };
  }
}
