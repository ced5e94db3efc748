import type { RestApiModel, RestMethodModel } from "../../assembly/rest-model.ts";
import { apiDomain, requestTime } from "../identifiers.ts";
import type { RequestSource } from "../request-source.ts";
import { isBinary } from "./media-types.ts";

export interface RestRequest {
  readonly api: RestApiModel;
  readonly method: RestMethodModel;
  readonly accountId: string;
  readonly httpMethod: string;
  /** Below the stage, as it came: percent-encoded. */
  readonly path: string;
  readonly rawQuery: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** `HTTP/1.1`. */
  readonly protocol: string;
  readonly source: RequestSource;
  /** A UUID. */
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a REQUEST authorizer and the function behind a proxy integration see alike, in payload format 1.0. */
export function requestFields(request: RestRequest): Record<string, unknown> {
  const { method, path, httpMethod, source, api } = request;
  const headers = multiMap(source.headers);
  const query = multiMap(new URLSearchParams(request.rawQuery));
  return {
    resource: resourceOf(method),
    path,
    httpMethod,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: nullIfEmpty(lastOf(query)),
    multiValueQueryStringParameters: nullIfEmpty(query),
    pathParameters: nullIfEmpty(request.pathParameters),
    stageVariables: nullIfEmpty(api.stageVariables),
  };
}

export function requestContext(
  request: RestRequest,
  authorizer?: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { api, method, source, now } = request;
  return {
    resourceId: method.resourceId,
    ...(authorizer === undefined ? {} : { authorizer }),
    resourcePath: resourceOf(method),
    httpMethod: request.httpMethod,
    extendedRequestId: request.extendedRequestId,
    requestTime: requestTime(now),
    path: `/${api.stage}${request.path}`,
    accountId: request.accountId,
    protocol: request.protocol,
    stage: api.stage,
    domainPrefix: api.apiId,
    requestTimeEpoch: now,
    requestId: request.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: source.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: source.userAgent ?? null,
      user: null,
    },
    domainName: apiDomain(api.apiId),
    deploymentId: api.deploymentId,
    apiId: api.apiId,
  };
}

/** The event of a proxy integration. What is not there is null, never absent. */
export function restEvent(
  request: RestRequest,
  body: Buffer,
  authorizer?: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const contentType = request.source.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const isBase64Encoded = body.length > 0 && isBinary(contentType, request.api.binaryMediaTypes);
  return {
    ...requestFields(request),
    requestContext: requestContext(request, authorizer),
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  };
}

const resourceOf = ({ routeKey }: RestMethodModel): string => routeKey.slice(routeKey.indexOf(" ") + 1);

function multiMap(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const map = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of pairs) (map[name] ??= []).push(value);
  return map;
}

const lastOf = (map: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).map(([name, values]) => [name, values.at(-1) ?? ""]));

const nullIfEmpty = <T extends object>(map: T): T | null => (Object.keys(map).length === 0 ? null : map);
