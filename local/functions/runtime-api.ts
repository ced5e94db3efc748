import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listenOnLoopback } from "../serving/loopback-server.ts";
import { answerJson, readBody } from "../serving/request-body.ts";
import { createRunningTasks } from "../serving/running-tasks.ts";

/** Lambda's limit on a response, in bytes. */
const RESPONSE_LIMIT = 6 * 1024 * 1024;

/** What one invocation sends to the process that runs it. */
export interface RuntimeInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly deadlineMs: number;
  /** 0 for a clock that is right. */
  readonly clockSkewMs: number;
  readonly traceHeader: string;
  readonly body: string;
}

export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** The local cloud's side of one process. */
export interface RuntimeClient {
  /** The process waits for work; `deliver` gives it one invocation, once. */
  waiting(deliver: (invocation: RuntimeInvocation) => void): void;
  responded(requestId: string, body: string): void;
  failed(requestId: string, error: RuntimeError): void;
  initFailed(error: RuntimeError): void;
}

export interface RuntimeApi {
  /** The value of AWS_LAMBDA_RUNTIME_API for the process with this id. */
  address(processId: string): string;
  attach(processId: string, client: RuntimeClient): void;
  detach(processId: string): void;
  close(): Promise<void>;
}

/** Serves Lambda's Runtime API to all processes; the first path segment tells them apart. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const clients = new Map<string, RuntimeClient>();
  // A request that breaks off gives nothing: its process is gone.
  const requests = createRunningTasks(() => undefined);
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (req, res) => {
    const [, processId = "", , , ...call] = (req.url ?? "").split("/");
    const client = clients.get(processId);
    if (client === undefined) return answer(res, 404);
    requests.add(handle(client, req, res, call));
  });
  const { port, close } = await listenOnLoopback(server);
  return {
    address: (processId) => `127.0.0.1:${port}/${processId}`,
    attach: (processId, client) => clients.set(processId, client),
    detach: (processId) => clients.delete(processId),
    close: async () => {
      await close();
      await requests.settle();
    },
  };
}

async function handle(
  client: RuntimeClient,
  req: IncomingMessage,
  res: ServerResponse,
  call: readonly string[],
): Promise<void> {
  const [resource, requestId = "", verb] = call;
  if (req.method === "GET" && resource === "invocation" && requestId === "next") {
    client.waiting((invocation) => send(res, invocation));
    return;
  }
  if (req.method !== "POST") return answer(res, 404);
  const received = await readBody(req, RESPONSE_LIMIT);
  if (received.type === "aborted") return;
  const body = received.type === "ok" ? received.body.toString("utf8") : undefined;
  if (resource === "init" && requestId === "error") client.initFailed(readError(body ?? ""));
  else if (resource === "invocation" && verb === "error") client.failed(requestId, readError(body ?? ""));
  else if (resource === "invocation" && verb === "response") {
    if (body === undefined) {
      client.failed(requestId, {
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`,
      });
      return answer(res, 413);
    }
    client.responded(requestId, body);
  } else return answer(res, 404);
  // Ours alone; the service's runtimes ask for the next invocation in a request of its own.
  const bringsNext = resource === "invocation" && req.headers["local-bring-next"] === "true";
  if (bringsNext) client.waiting((invocation) => send(res, invocation));
  else answer(res, 202);
}

function send(res: ServerResponse, invocation: RuntimeInvocation): void {
  const { clockSkewMs } = invocation;
  res.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(invocation.body),
    "lambda-runtime-aws-request-id": invocation.requestId,
    "lambda-runtime-deadline-ms": String(invocation.deadlineMs),
    "lambda-runtime-invoked-function-arn": invocation.functionArn,
    "lambda-runtime-trace-id": invocation.traceHeader,
    // Ours alone; the service has no such header.
    ...(clockSkewMs === 0 ? {} : { "local-clock-skew-ms": String(clockSkewMs) }),
  });
  res.end(invocation.body);
}

const answer = (res: ServerResponse, status: number): void => answerJson(res, status, {});

function readError(body: string): RuntimeError {
  try {
    const parsed = JSON.parse(body) as Partial<Record<keyof RuntimeError, unknown>>;
    return { errorType: String(parsed.errorType), errorMessage: String(parsed.errorMessage) };
  } catch {
    return { errorType: "Runtime.Unknown", errorMessage: body };
  }
}
