import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "../identifiers.ts";
import { managementSentence } from "../../rights/sentences.ts";
import { answerJson, readBody } from "../../serving/request-body.ts";
import { isFromThisMachine, STRANGER } from "../../serving/same-machine.ts";
import type { Connection } from "./connection-registry.ts";
import { deliver } from "./frames.ts";
import type { WebSocketParts } from "./websocket-parts.ts";

export interface ManagementTarget {
  readonly stage: string;
  /** As it stands in the path, still percent-encoded. */
  readonly encodedId: string;
}

type ManagementError =
  | "GoneException"
  | "PayloadTooLargeException"
  | "ForbiddenException"
  | "LimitExceededException"
  | "InternalServerErrorException";

const STATUS: Record<ManagementError, number> = {
  GoneException: 410,
  PayloadTooLargeException: 413,
  ForbiddenException: 403,
  LimitExceededException: 429,
  InternalServerErrorException: 500,
};

const FAULT: Record<410 | 429 | 500, ManagementError> = {
  410: "GoneException",
  429: "LimitExceededException",
  500: "InternalServerErrorException",
};

const BACKEND_CLOSE = { code: 1000, reason: "Connection Closed Normally" };

/** `/{stage}/@connections/{id}`; the SDK sends `=` as `%3D`, some clients `@` as `%40`. */
export function managementTarget(url: string, parts: Pick<WebSocketParts, "apis">): ManagementTarget | null {
  const [path = ""] = url.split("?", 1);
  const [, stage, encodedId] = /^\/([^/]+)\/(?:@|%40)connections\/(.+)$/.exec(path) ?? [];
  if (stage === undefined || encodedId === undefined || !parts.apis().has(stage)) return null;
  return { stage, encodedId };
}

/** Serves one call of the management API. Calls need no signature here, so pages from elsewhere are refused. */
export async function handleManagement(
  req: IncomingMessage,
  res: ServerResponse,
  target: ManagementTarget,
  parts: WebSocketParts,
): Promise<void> {
  const started = performance.now();
  if (isFromThisMachine(req)) await serve(req, res, target, parts);
  else answerJson(res, 403, STRANGER, { ...ids(), "x-amzn-errortype": "ForbiddenException" });
  parts.log({
    type: "request",
    api: "management",
    route: `${req.method ?? ""} @connections`,
    status: res.statusCode,
    ms: performance.now() - started,
  });
}

async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  target: ManagementTarget,
  parts: WebSocketParts,
): Promise<void> {
  const refusal = parts.refusalOf(req.headers, "execute-api:ManageConnections", arnOf(req, target, parts));
  if (refusal !== undefined) {
    const headers = { ...ids(), "x-amzn-errortype": "AccessDeniedException" };
    return answerJson(res, 403, { Message: managementSentence(refusal) }, headers);
  }
  switch (req.method) {
    case "POST": {
      const body = await readBody(req, parts.limits.messageBytes);
      if (body.type === "aborted") return;
      const pushed =
        body.type === "too-large" ? "PayloadTooLargeException" : await push(target, body.body, parts);
      if (pushed === "sent") res.writeHead(200, ids()).end();
      else refuse(res, pushed);
      return;
    }
    case "GET": {
      const connection = find(target, parts);
      if (connection === undefined) refuse(res, "GoneException");
      else answerJson(res, 200, describe(connection), ids());
      return;
    }
    case "DELETE": {
      const connection = find(target, parts);
      if (connection === undefined) {
        refuse(res, "GoneException");
        return;
      }
      connection.close(BACKEND_CLOSE);
      res.writeHead(204, ids()).end();
      return;
    }
    default:
      refuse(res, "ForbiddenException");
  }
}

/** The one place where a push is answered. */
async function push(
  target: ManagementTarget,
  body: Buffer,
  parts: WebSocketParts,
): Promise<"sent" | ManagementError> {
  let connection = find(target, parts);
  if (connection === undefined) return "GoneException";
  const { delayMs, status } = parts.faults.planPush(connection.facts.id);
  if (delayMs > 0) {
    await parts.faults.wait(delayMs);
    connection = find(target, parts);
    if (connection === undefined) return "GoneException";
  }
  if (status !== null) return FAULT[status];
  if (connection.bufferedBytes() > parts.limits.clientBufferBytes) return "LimitExceededException";
  return deliver(connection, body.toString("utf8")) ? "sent" : "GoneException";
}

function find(target: ManagementTarget, parts: WebSocketParts): Connection | undefined {
  const api = parts.apis().get(target.stage);
  if (api === undefined) return undefined;
  try {
    return parts.registry.find(api.model.apiId, target.stage, decodeURIComponent(target.encodedId));
  } catch {
    // Not percent-encoding: a malformed id, gone like any unknown one.
    return undefined;
  }
}

/** What rights on a call are given for. */
function arnOf(req: IncomingMessage, { stage, encodedId }: ManagementTarget, parts: WebSocketParts): string {
  const { region, accountId } = parts.account();
  const apiId = parts.apis().get(stage)?.model.apiId ?? "";
  const path = `${stage}/${req.method ?? ""}/@connections/${encodedId}`;
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${path}`;
}

function describe(connection: Connection): unknown {
  const { connectedAt, sourceIp, userAgent } = connection.facts;
  return {
    connectedAt: new Date(connectedAt).toISOString(),
    identity: { sourceIp, ...(userAgent === undefined ? {} : { userAgent }) },
    lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
  };
}

/** Without `x-amzn-errortype` SDK v3 does not know which exception it is. */
function refuse(res: ServerResponse, error: ManagementError): void {
  answerJson(res, STATUS[error], { message: error }, { ...ids(), "x-amzn-errortype": error });
}

function ids(): Record<string, string> {
  return { "x-amzn-requestid": newId() };
}
