import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { newId } from "../gateway/identifiers.ts";
import { HOST, listenOnLoopback } from "../serving/loopback-server.ts";
import { answerJson, readBody } from "../serving/request-body.ts";
import { createRunningTasks } from "../serving/running-tasks.ts";
import { isFromThisMachine, STRANGER } from "../serving/same-machine.ts";
import { isRead, mayWrite } from "./database-plan.ts";
import { accessRefused, databaseError } from "./database-errors.ts";
import { readCapacity, readDatabaseRequest, type DatabaseRequest } from "./database-request.ts";
import { openEngineClient, withBody, type EngineAnswer } from "./engine-client.ts";
import type { Faults } from "./faults.ts";
import type { PastStates } from "./past-states.ts";
import type { Refusal } from "../rights/rights.ts";
import type { DatabaseCall, ProcessLedger, RunningProcess } from "./process-ledger.ts";

/** Stands between the functions and the database engine: knows whose each call is, counts it and may disturb it. */
export interface DatabaseProxy {
  /** A process's own database endpoint. */
  url(processId: string): string;
  /** The database undisturbed, for tools and pages of this machine; refuses pages from elsewhere. */
  readonly toolsUrl: string;
  /** Answers a call that has come another way; its path begins with the process's id, as `url` does. */
  handleRequest(req: IncomingMessage, res: ServerResponse): void;
  /** Called after each call that may have written something, of functions and tools; its records are on the streams. */
  onWrite(listener: () => void): void;
  close(): Promise<void>;
}

/** Why a call signed so may not be made; undefined where it may. */
export type DatabaseRights = (
  headers: IncomingHttpHeaders,
  operation: string,
  accesses: DatabaseRequest["accesses"],
) => Refusal | undefined;

export async function startDatabaseProxy(options: {
  readonly engineUrl: string;
  readonly faults: Pick<Faults, "planCall" | "planRead" | "injected" | "wait">;
  /** What answers reads that are to lag. */
  readonly past?: Pick<PastStates, "clientFor">;
  readonly ledger: Pick<ProcessLedger, "find">;
  /** Every call may be made where it is absent. */
  readonly refusalOf?: DatabaseRights;
}): Promise<DatabaseProxy> {
  const { faults, ledger, past } = options;
  const engine = openEngineClient(options.engineUrl);
  let tellOfWrite = (): void => undefined;

  const askPresent = async (req: IncomingMessage, body: Buffer): Promise<EngineAnswer | null> => {
    const answer = await engine.send(req.headers, body);
    if (answer?.status === 200 && mayWrite(operationOf(req))) tellOfWrite();
    return answer;
  };

  /** What the past cannot answer, such as a table it does not know, the present does. */
  const ask = async (
    req: IncomingMessage,
    { lagging, body }: DatabaseRequest,
  ): Promise<EngineAnswer | null> => {
    const from = lagging === null ? "present" : faults.planRead(lagging);
    const earlier = await past?.clientFor(from)?.send(req.headers, body);
    if (earlier?.status !== 200) return askPresent(req, body);
    faults.injected.add(from === "index" ? "indexLag" : "staleRead");
    return earlier;
  };

  /** Undefined: the caller gets no answer at all. */
  const perform = async (
    req: IncomingMessage,
    request: DatabaseRequest,
    caller: RunningProcess,
  ): Promise<{
    readonly answer?: EngineAnswer;
    readonly units: number | null;
    readonly isFault: boolean;
  }> => {
    const { operation, transactItems } = request;
    const nth = caller.countCall();
    const plan = faults.planCall({ functionName: caller.identity.functionName, operation, nth });
    if (plan.type === "kill" && plan.when === "before") {
      caller.kill();
      return { units: null, isFault: true };
    }
    if (plan.type !== "kill" && plan.delayMs > 0) await faults.wait(plan.delayMs);
    if (caller.isKilled) return { units: null, isFault: true };
    if (plan.type === "error" && !plan.tookEffect) {
      return { answer: failure(plan.name, operation, transactItems), units: null, isFault: true };
    }
    const refusal = options.refusalOf?.(req.headers, operation, request.accesses);
    const answer = refusal === undefined ? await ask(req, request) : failed(accessRefused(refusal));
    if (answer === null) return { units: null, isFault: false };
    const { units, body } = readCapacity(request, answer.body);
    switch (plan.type) {
      case "kill":
        caller.kill();
        return { units, isFault: true };
      case "error":
        return { answer: failure(plan.name, operation, transactItems), units, isFault: true };
      case "forward":
        return { answer: withBody(answer, body), units, isFault: false };
    }
  };

  const serveTool = async (req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void> => {
    if (!isFromThisMachine(req)) return answerJson(res, 403, STRANGER);
    const answer = await askPresent(req, body);
    if (answer === null) return void req.socket.destroy();
    send(res, answer);
  };

  const serve = async (req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void> => {
    const [, processId = ""] = (req.url ?? "").split("/");
    if (processId === "") return serveTool(req, res, body);
    const caller = ledger.find(processId);
    if (caller === undefined || caller.isKilled) return void req.socket.destroy();
    const started = performance.now();
    const request = readDatabaseRequest(operationOf(req), body);
    const { answer, units, isFault } = await perform(req, request, caller);
    const served = caller.isKilled ? undefined : answer;
    caller.record({
      operation: request.operation,
      table: request.table,
      kind: isRead(request.operation) ? "read" : "write",
      units,
      startedAt: performance.timeOrigin + started,
      ms: Math.round((performance.now() - started) * 100) / 100,
      status: served?.status ?? null,
      ...errorOf(served),
      isFault,
    });
    if (served === undefined) return void req.socket.destroy();
    send(res, served);
  };

  const calls = createRunningTasks(() => undefined);
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    try {
      const body = await readBody(req, Infinity);
      if (body.type === "ok") await serve(req, res, body.body);
    } catch {
      req.socket.destroy();
    }
  };
  // Idle connections stay: a function between two requests must not meet one that is just being closed.
  const handleRequest = (req: IncomingMessage, res: ServerResponse): void => calls.add(handle(req, res));
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, noDelay: true }, handleRequest);
  const { port, close } = await listenOnLoopback(server);

  return {
    url: (processId) => `http://${HOST}:${port}/${processId}`,
    toolsUrl: `http://${HOST}:${port}`,
    handleRequest,
    onWrite: (listener) => {
      tellOfWrite = listener;
    },
    close: async () => {
      const closed = close();
      engine.close();
      await Promise.all([closed, calls.settle()]);
    },
  };
}

function send(res: ServerResponse, { status, headers, body }: EngineAnswer): void {
  res.writeHead(status, { ...headers, "content-length": body.length });
  res.end(body);
}

const failure = (...error: Parameters<typeof databaseError>): EngineAnswer => failed(databaseError(...error));

function failed({ status, body }: ReturnType<typeof databaseError>): EngineAnswer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": newId() },
    body,
  };
}

function errorOf(answer: EngineAnswer | undefined): Pick<DatabaseCall, "error"> {
  if (answer === undefined || answer.status < 400) return {};
  try {
    const { __type: type } = JSON.parse(answer.body.toString("utf8")) as { __type?: unknown };
    return typeof type === "string" ? { error: type.split("#").at(-1) ?? type } : {};
  } catch {
    return {};
  }
}

/** e.g. `PutItem`; empty for what is no call of the database. */
function operationOf({ headers }: IncomingMessage): string {
  const target = headers["x-amz-target"];
  return typeof target === "string" ? (target.split(".").at(-1) ?? "") : "";
}
