import { BELIEFS } from "../beliefs.ts";
import { apiDomain, newId, requestTime } from "../identifiers.ts";
import type { RequestSource } from "../request-source.ts";
import type { CloseReason, ConnectionFacts } from "./connection-registry.ts";

type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";
type Fields = Record<string, unknown>;

/** What the upgrade request carries, in the shapes of the CONNECT and authorizer events. */
export interface UpgradeRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, string>>;
  readonly multiValueQuery: Readonly<Record<string, readonly string[]>>;
}

export function readUpgradeRequest(source: RequestSource, rawQuery: string): UpgradeRequest {
  const headers = collect(source.headers);
  const query = collect(new URLSearchParams(rawQuery));
  return { headers: last(headers), multiValueHeaders: headers, query: last(query), multiValueQuery: query };
}

/** Fields every event's `requestContext` has; `requestId` and `extendedRequestId` are the same (docs). */
function requestContext(facts: ConnectionFacts, routeKey: string, eventType: EventType): Fields {
  const now = Date.now();
  const requestId = newId();
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: "IN",
    stage: facts.stage,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: now,
    identity: {
      ...(facts.userAgent === undefined ? {} : { userAgent: facts.userAgent }),
      sourceIp: facts.sourceIp,
    },
    requestId,
    domainName: apiDomain(facts.apiId),
    connectionId: facts.id,
    apiId: facts.apiId,
  };
}

/** The `REQUEST` event of the `$connect` authorizer. */
export function authorizerEvent(facts: ConnectionFacts, request: UpgradeRequest, methodArn: string): Fields {
  return {
    type: "REQUEST",
    methodArn,
    headers: request.headers,
    multiValueHeaders: request.multiValueHeaders,
    queryStringParameters: request.query,
    multiValueQueryStringParameters: request.multiValueQuery,
    stageVariables: {},
    requestContext: requestContext(facts, "$connect", "CONNECT"),
  };
}

/** `authorizerMs`: how long the authorizer took, as `integrationLatency`. */
export function connectEvent(facts: ConnectionFacts, request: UpgradeRequest, authorizerMs: number): Fields {
  const { authorizer } = facts;
  return {
    headers: request.headers,
    multiValueHeaders: request.multiValueHeaders,
    ...(Object.keys(request.query).length === 0
      ? {}
      : {
          queryStringParameters: request.query,
          multiValueQueryStringParameters: request.multiValueQuery,
        }),
    requestContext: {
      ...requestContext(facts, "$connect", "CONNECT"),
      ...(authorizer === undefined
        ? {}
        : {
            authorizer: {
              ...authorizer.context,
              principalId: authorizer.principalId,
              integrationLatency: Math.round(authorizerMs),
            },
          }),
    },
    isBase64Encoded: false,
  };
}

/** A frame's event, and the ids its error frame would name. */
export function messageEvent(
  facts: ConnectionFacts,
  routeKey: string,
  body: string,
): { readonly event: Fields; readonly requestId: string; readonly context: ReadonlyMap<string, string> } {
  const base = requestContext(facts, routeKey, "MESSAGE");
  const { authorizer } = facts;
  const context = {
    ...base,
    messageId: newId(),
    ...(authorizer === undefined
      ? {}
      : { authorizer: { ...authorizer.context, principalId: authorizer.principalId } }),
  };
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(context)) {
    if (typeof value === "string" || typeof value === "number") texts.set(name, String(value));
  }
  return {
    event: { requestContext: context, body, isBase64Encoded: false },
    requestId: texts.get("requestId") ?? "",
    context: texts,
  };
}

export function disconnectEvent(facts: ConnectionFacts, closed: CloseReason): Fields {
  const headers = {
    Host: facts.host,
    "x-api-key": "",
    "X-Forwarded-For": BELIEFS.disconnectForwardedFor,
    "x-restapi": "",
  };
  const { authorizer } = facts;
  const context = BELIEFS.disconnectHasWholeContext ? authorizer?.context : {};
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: {
      ...requestContext(facts, "$disconnect", "DISCONNECT"),
      disconnectStatusCode: closed.code,
      disconnectReason: closed.reason,
      ...(authorizer === undefined
        ? {}
        : { authorizer: { ...context, principalId: authorizer.principalId } }),
    },
    isBase64Encoded: false,
  };
}

function collect(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const collected = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of pairs) (collected[name] ??= []).push(value);
  return collected;
}

function last(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const values = Object.create(null) as Record<string, string>;
  for (const [name, list] of Object.entries(lists)) values[name] = list.at(-1) ?? "";
  return values;
}
