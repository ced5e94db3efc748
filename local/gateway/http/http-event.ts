import { isUtf8 } from "node:buffer";
import { BELIEFS } from "../beliefs.ts";
import { apiDomain, requestTime } from "../identifiers.ts";
import type { RequestSource } from "../request-source.ts";
import type { JwtContext } from "./jwt-authorizer.ts";

export interface HttpEventParts {
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly requestId: string;
  readonly routeKey: string;
  readonly method: string;
  /** `HTTP/1.1`. */
  readonly protocol: string;
  /** Percent-decoded. */
  readonly path: string;
  readonly rawQuery: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly source: RequestSource;
  readonly jwt: JwtContext | undefined;
  readonly body: Buffer;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Payload format 2.0. Keys without a value are absent, never null. */
export function httpEvent(parts: HttpEventParts): Record<string, unknown> {
  const { headers, cookies } = splitHeaders(parts);
  const query = joinRepeats(new URLSearchParams(parts.rawQuery));
  const encoded = parts.body.length > 0 ? encodeBody(parts.body, headers["content-type"]) : undefined;
  return {
    version: "2.0",
    routeKey: parts.routeKey,
    rawPath: parts.path,
    rawQueryString: parts.rawQuery,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: parts.accountId,
      apiId: parts.apiId,
      ...(parts.jwt === undefined ? {} : { authorizer: { jwt: parts.jwt } }),
      domainName: apiDomain(parts.apiId),
      domainPrefix: parts.apiId,
      http: {
        method: parts.method,
        path: parts.path,
        protocol: parts.protocol,
        sourceIp: parts.source.sourceIp,
        userAgent: parts.source.userAgent ?? "",
      },
      requestId: parts.requestId,
      routeKey: parts.routeKey,
      stage: parts.stage,
      time: requestTime(parts.now),
      timeEpoch: parts.now,
    },
    ...(Object.keys(parts.pathParameters).length > 0 ? { pathParameters: parts.pathParameters } : {}),
    ...(encoded === undefined ? {} : { body: encoded.body }),
    isBase64Encoded: encoded?.isBase64Encoded ?? false,
  };
}

/** Lower case, repeats joined by a comma; cookies travel in their own list instead. */
function splitHeaders(parts: HttpEventParts): { headers: Record<string, string>; cookies: string[] } {
  const cookies: string[] = [];
  const rest: [string, string][] = [];
  for (const [name, value] of parts.source.headers) {
    const key = name.toLowerCase();
    if (key === "cookie") cookies.push(...value.split(/; */).filter((cookie) => cookie !== ""));
    else if (key !== "content-length") rest.push([key, value]);
  }
  if (parts.body.length > 0) rest.push(["content-length", String(parts.body.length)]);
  return { headers: joinRepeats(rest), cookies };
}

function joinRepeats(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const joined = Object.create(null) as Record<string, string>;
  for (const [name, value] of pairs) {
    const earlier = joined[name];
    joined[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return joined;
}

function encodeBody(
  body: Buffer,
  contentType: string | undefined,
): { body: string; isBase64Encoded: boolean } {
  const isText = contentType !== undefined && BELIEFS.textMedia.test(contentType) && isUtf8(body);
  return isText
    ? { body: body.toString("utf8"), isBase64Encoded: false }
    : { body: body.toString("base64"), isBase64Encoded: true };
}
