import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RestApiModel, RestMethodModel, RestMockModel } from "../../assembly/rest-model.ts";
import { readBody } from "../../serving/request-body.ts";
import { createRouteTable, type RouteTable } from "../http/route-table.ts";
import { newId } from "../identifiers.ts";
import { readSource } from "../request-source.ts";
import { failureAnswer, type FailureName } from "./gateway-response.ts";
import { createRestAuthorizers, type RestAuthorizers } from "./rest-authorizer.ts";
import { restEvent, type RestRequest } from "./rest-event.ts";
import type { RestApiParts } from "./rest-parts.ts";
import { readRestAnswer, type RestAnswer } from "./rest-response.ts";

/** One REST API, as far as it depends on the model: made anew on a reload. */
export interface RestApi {
  readonly model: RestApiModel;
  /** Whether a request's target lies below the API's stage. */
  owns(target: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

interface Resource {
  readonly routeKey: string;
  readonly methods: ReadonlyMap<string, RestMethodModel>;
}

interface Served {
  readonly answer: RestAnswer;
  readonly route: string;
  readonly functionId?: string;
}

export function createRestApi(model: RestApiModel, parts: RestApiParts): RestApi {
  const table = createRouteTable(resourcesOf(model));
  const authorizers = createRestAuthorizers(parts);
  return {
    model,
    owns: (target) => {
      const [path = ""] = target.split("?", 1);
      return path === model.basePath || path.startsWith(`${model.basePath}/`);
    },
    async handle(req, res) {
      const started = performance.now();
      const ids = { requestId: randomUUID(), extendedRequestId: newId() };
      const { answer, route, functionId } = await serve(req, ids, { model, table, authorizers, parts });
      const problem = send(res, answer, ids, model);
      if (problem !== null) parts.log({ type: "warning", message: `${route}: ${problem}` });
      parts.log({
        type: "request",
        api: "http",
        route,
        ...(functionId === undefined ? {} : { functionId }),
        status: res.statusCode,
        ms: performance.now() - started,
      });
    },
  };
}

/** The resource is found by its path alone, then the method on it. */
function resourcesOf({ methods }: RestApiModel): readonly Resource[] {
  const resources = new Map<string, Map<string, RestMethodModel>>();
  for (const method of methods) {
    const [verb = "", path = ""] = method.routeKey.split(" ");
    const known = resources.get(path) ?? new Map<string, RestMethodModel>();
    resources.set(path, known.set(verb, method));
  }
  return [...resources].map(([path, known]) => ({ routeKey: `ANY ${path}`, methods: known }));
}

interface Api {
  readonly model: RestApiModel;
  readonly table: RouteTable<Resource>;
  readonly authorizers: RestAuthorizers;
  readonly parts: RestApiParts;
}

type Ids = Pick<RestRequest, "requestId" | "extendedRequestId">;

async function serve(req: IncomingMessage, ids: Ids, api: Api): Promise<Served> {
  const { model, parts } = api;
  const httpMethod = req.method ?? "GET";
  const [target = "", rawQuery = ""] = splitOnce(req.url ?? "/", "?");
  const path = target.slice(model.basePath.length) || "/";
  const matched = api.table.match(httpMethod, path.length > 1 ? path.replace(/\/$/, "") : path);
  const method = matched?.route.methods.get(httpMethod) ?? matched?.route.methods.get("ANY");
  const failing = (failure: FailureName): Served => ({
    answer: failureAnswer(failure, model),
    route: method?.routeKey ?? `${httpMethod} ${target}`,
  });
  if (matched === null || method === undefined) return failing("noRoute");

  const now = Date.now();
  const request: RestRequest = {
    ...ids,
    api: model,
    method,
    accountId: parts.accountId,
    httpMethod,
    path,
    rawQuery,
    pathParameters: matched.pathParameters,
    protocol: `HTTP/${req.httpVersion}`,
    source: readSource(req, now),
    now,
  };
  const decision = method.authorizer && (await api.authorizers(method.authorizer, request));
  if (decision?.type === "refused") return failing(decision.failure);
  const body = await readBody(req, parts.limits.httpBodyBytes);
  if (body.type !== "ok") return failing("tooLarge");
  const { integration } = method;
  if (integration.type === "mock") {
    return { answer: mockAnswer(integration, req.headers.origin), route: method.routeKey };
  }
  const { functionId, timeoutMs } = integration;
  const event = restEvent(request, body.body, decision?.authorizer);
  const result = await parts.invoker.invoke(functionId, event, { cause: method.routeKey, timeoutMs });
  if (result.type === "timeout") return { ...failing("timeout"), functionId };
  if (result.type === "error") return { ...failing("integration"), functionId };
  const answer = readRestAnswer(result.payload, req.headers.accept, model.binaryMediaTypes);
  if (answer !== null) return { answer, route: method.routeKey, functionId };
  const message = `${functionId} answered ${method.routeKey} with a malformed proxy response.`;
  parts.log({ type: "warning", message });
  return { ...failing("integration"), functionId };
}

function mockAnswer(mock: RestMockModel, origin: string | undefined): RestAnswer {
  const headers = new Map(Object.entries(mock.headers).map(([name, value]) => [name.toLowerCase(), [value]]));
  if (origin !== undefined && mock.otherOrigins.includes(origin)) {
    headers.set("access-control-allow-origin", [origin]);
  }
  if (!headers.has("content-type")) headers.set("content-type", ["application/json"]);
  return { status: mock.status, headers: [...headers], body: Buffer.from(mock.body) };
}

/** Null, or why the function's headers could not be sent and a failure was. */
function send(res: ServerResponse, answer: RestAnswer, ids: Ids, model: RestApiModel): string | null {
  try {
    setHeaders(res, answer, ids);
    res.end(answer.body);
    return null;
  } catch (cause) {
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    const failed = failureAnswer("integration", model);
    setHeaders(res, failed, ids);
    res.end(failed.body);
    return `a response header cannot be sent: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function setHeaders(res: ServerResponse, { status, headers, body }: RestAnswer, ids: Ids): void {
  res.statusCode = status;
  for (const [name, values] of headers) {
    const [only = ""] = values;
    res.setHeader(name, values.length === 1 ? only : values);
  }
  res.setHeader("x-amzn-requestid", ids.requestId);
  res.setHeader("x-amz-apigw-id", ids.extendedRequestId);
  if (status !== 204 && status !== 304) res.setHeader("content-length", body.length);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
