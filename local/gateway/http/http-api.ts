import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpApiModel } from "../../assembly/model.ts";
import type { FunctionInvoker } from "../../functions/invocation.ts";
import type { LocalIssuer } from "../../identity/issuer.ts";
import { newId } from "../identifiers.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayLog } from "../log-line.ts";
import { readBody } from "../../serving/request-body.ts";
import { readSource } from "../request-source.ts";
import { isPreflight, preflightHeaders, responseHeaders } from "./cors.ts";
import { httpEvent } from "./http-event.ts";
import { readHttpAnswer, type HttpAnswer } from "./http-response.ts";
import { authorizeJwt, type JwtContext } from "./jwt-authorizer.ts";
import { createRouteTable, type MatchedRoute, type RouteTable } from "./route-table.ts";
import { gatewayAnswer, sendAnswer } from "./send-answer.ts";

export interface HttpApiParts {
  readonly accountId: string;
  readonly invoker: FunctionInvoker;
  readonly issuer: LocalIssuer;
  readonly limits: GatewayLimits;
  readonly log: GatewayLog;
}

/** One HTTP API, as far as it depends on the model: made anew on a reload. */
export interface HttpApi {
  readonly model: HttpApiModel;
  /** Whether one of its routes is for this request. */
  owns(req: IncomingMessage): boolean;
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

export function createHttpApi(model: HttpApiModel, parts: HttpApiParts): HttpApi {
  const table = createRouteTable(model.routes);
  return {
    model,
    owns(req) {
      const path = decodePath(splitTarget(req.url ?? "/")[0]);
      const routed = path === null ? null : withoutStage(path, model.stage);
      return routed !== null && table.match(req.method ?? "GET", routed) !== null;
    },
    async handle(req, res) {
      const started = performance.now();
      const served = await serve(req, model, table, parts);
      const cors = model.cors === undefined ? [] : responseHeaders(model.cors, req.headers.origin);
      const problem = sendAnswer(res, served.answer, {
        extraHeaders: [...served.extraHeaders, ...cors],
        ownsCors: model.cors !== undefined,
      });
      if (problem !== null) parts.log({ type: "warning", message: `${served.route}: ${problem}` });
      parts.log({
        type: "request",
        api: "http",
        route: served.route,
        ...(served.functionId === undefined ? {} : { functionId: served.functionId }),
        status: res.statusCode,
        ms: performance.now() - started,
      });
    },
  };
}

interface Served {
  readonly answer: HttpAnswer;
  readonly route: string;
  readonly functionId?: string;
  readonly extraHeaders: readonly (readonly [string, string])[];
}

async function serve(
  req: IncomingMessage,
  model: HttpApiModel,
  table: RouteTable,
  parts: HttpApiParts,
): Promise<Served> {
  const requestId = newId();
  const method = req.method ?? "GET";
  const [encodedPath = "/", rawQuery] = splitTarget(req.url ?? "/");
  const path = decodePath(encodedPath);
  const named = `${method} ${path ?? encodedPath}`;
  const idHeader: [string, string] = ["apigw-requestid", requestId];
  const own = (status: number, message: string, route = named, headers: [string, string][] = []): Served => ({
    answer: gatewayAnswer(status, message),
    route,
    extraHeaders: [...headers, idHeader],
  });

  if (model.cors !== undefined && isPreflight(req)) {
    const extraHeaders = preflightHeaders(model.cors, req.headers.origin);
    return {
      answer: { status: 204, headers: [], cookies: [], body: Buffer.alloc(0) },
      route: named,
      extraHeaders,
    };
  }
  if (headerBytes(req) > parts.limits.httpHeaderBytes) return own(431, "Request Header Fields Too Large");
  if (path === null) return own(400, "Bad Request");
  const routed = withoutStage(path, model.stage);
  const matched = routed === null ? null : table.match(method, routed);
  if (matched === null) return own(404, "Not Found");

  const now = Date.now();
  const source = readSource(req, now);
  const authorized = authorize(req, matched, rawQuery, parts, now);
  if (authorized.type === "refused") {
    const message = authorized.status === 401 ? "Unauthorized" : "Forbidden";
    return own(authorized.status, message, matched.route.routeKey, [
      ["www-authenticate", authorized.challenge],
    ]);
  }
  const body = await readBody(req, parts.limits.httpBodyBytes);
  if (body.type === "too-large") return own(413, "Request Entity Too Large", matched.route.routeKey);
  if (body.type === "aborted") return own(400, "Bad Request", matched.route.routeKey);

  const event = httpEvent({
    accountId: parts.accountId,
    apiId: model.apiId,
    stage: model.stage,
    requestId,
    routeKey: matched.route.routeKey,
    method,
    protocol: `HTTP/${req.httpVersion}`,
    path,
    rawQuery,
    pathParameters: matched.pathParameters,
    source,
    jwt: authorized.jwt,
    body: body.body,
    now,
  });
  const answer = await callFunction(matched, event, parts);
  return {
    answer,
    route: matched.route.routeKey,
    functionId: matched.route.functionId,
    extraHeaders: [idHeader],
  };
}

function authorize(
  req: IncomingMessage,
  matched: MatchedRoute,
  rawQuery: string,
  parts: HttpApiParts,
  now: number,
):
  | { type: "allowed"; jwt: JwtContext | undefined }
  | { type: "refused"; status: 401 | 403; challenge: string } {
  const { authorizer, scopes } = matched.route;
  if (authorizer === undefined) return { type: "allowed", jwt: undefined };
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(req.headers)) {
    if (typeof value === "string") headers.set(name, value);
  }
  return authorizeJwt(authorizer, parts.issuer, {
    headers,
    query: new URLSearchParams(rawQuery),
    scopes,
    now,
  });
}

async function callFunction(matched: MatchedRoute, event: unknown, parts: HttpApiParts): Promise<HttpAnswer> {
  const { functionId, routeKey } = matched.route;
  const timeoutMs = parts.limits.httpIntegrationMs;
  const result = await parts.invoker.invoke(functionId, event, { cause: routeKey, timeoutMs });
  switch (result.type) {
    case "timeout":
      return gatewayAnswer(503, "Service Unavailable");
    case "error":
      return gatewayAnswer(500, "Internal Server Error");
    case "ok": {
      const answer = readHttpAnswer(result.payload);
      if (answer !== null) return answer;
      parts.log({
        type: "warning",
        message: `${functionId} answered ${routeKey} with a malformed response.`,
      });
      return gatewayAnswer(500, "Internal Server Error");
    }
  }
}

function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf("?");
  return at === -1 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** The stage's name is part of the path unless it is `$default`. */
function withoutStage(path: string, stage: string): string | null {
  if (stage === "$default") return path;
  if (path === `/${stage}`) return "/";
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : null;
}

function headerBytes(req: IncomingMessage): number {
  let size = (req.method?.length ?? 0) + (req.url?.length ?? 0) + 12;
  for (const part of req.rawHeaders) size += part.length + 2;
  return size;
}
