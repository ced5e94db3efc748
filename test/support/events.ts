import { randomBytes, randomUUID } from "node:crypto";
import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import type {
  APIGatewayProxyEventV2WithJWTAuthorizer,
  DynamoDBStreamEvent,
  PostConfirmationTriggerEvent,
  SQSEvent,
} from "aws-lambda";

/**
 * Events as the services send them, field by field: a handler must get along with no more and no less.
 * Each builder takes what a test cares about and fills in the rest.
 */

const DOMAIN = "abc123.execute-api.us-east-1.amazonaws.com";
const STAGE = "prod";

/** 15 base64url characters and `=`, like `Zq0lpfIyliACGbQ=`. */
export const newId = (): string => `${randomBytes(11).toString("base64url")}=`;

/** Of one WebSocket connection: what the gateway keeps from `$connect` on. */
export interface Socket {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly userId: string;
  /** The authorizer's context, all of it strings. */
  readonly context: Readonly<Record<string, string>>;
}

function socketContext(socket: Pick<Socket, "connectionId" | "connectedAt">, routeKey: string, type: string) {
  const requestId = newId();
  const now = Date.now();
  return {
    routeKey,
    eventType: type,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: "IN",
    stage: STAGE,
    connectedAt: socket.connectedAt,
    requestTimeEpoch: now,
    identity: { userAgent: "test/1.0", sourceIp: "203.0.113.9" },
    requestId,
    domainName: DOMAIN,
    connectionId: socket.connectionId,
    apiId: "abc123",
  };
}

function upgradeHeaders(headers: Readonly<Record<string, string>>) {
  const all: Record<string, string> = {
    Host: DOMAIN,
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "X-Amzn-Trace-Id": "Root=1-6745f4f1-0123456789abcdef01234567",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
    ...headers,
  };
  return { headers: all, multiValueHeaders: toLists(all) };
}

/** The REQUEST authorizer's event on `$connect`. */
export function authorizerEvent(options: {
  readonly headers: Readonly<Record<string, string>>;
  readonly connectionId?: string;
}) {
  const socket = { connectionId: options.connectionId ?? newId(), connectedAt: Date.now() };
  return {
    type: "REQUEST" as const,
    methodArn: `arn:aws:execute-api:us-east-1:123456789012:abc123/${STAGE}/$connect`,
    ...upgradeHeaders(options.headers),
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables: {},
    requestContext: socketContext(socket, "$connect", "CONNECT"),
  };
}

export function connectEvent(socket: Socket, headers: Readonly<Record<string, string>> = {}) {
  return {
    ...upgradeHeaders(headers),
    requestContext: {
      ...socketContext(socket, "$connect", "CONNECT"),
      eventType: "CONNECT" as const,
      authorizer: { ...socket.context, principalId: socket.userId, integrationLatency: 12 },
    },
    isBase64Encoded: false,
  };
}

/** A frame: an object is sent as JSON, a string as it is. No headers and no query reach the handler. */
export function messageEvent(socket: Socket, frame: Readonly<Record<string, unknown>> | string) {
  const action = typeof frame === "string" ? undefined : frame["action"];
  const routeKey = typeof action === "string" ? action : "$default";
  return {
    requestContext: {
      ...socketContext(socket, routeKey, "MESSAGE"),
      eventType: "MESSAGE" as const,
      messageId: newId(),
      authorizer: { ...socket.context, principalId: socket.userId },
    },
    body: typeof frame === "string" ? frame : JSON.stringify(frame),
    isBase64Encoded: false,
  };
}

/** Of the authorizer only `principalId` is known to arrive with it. */
export function disconnectEvent(socket: Socket, code = 1005) {
  const headers = { Host: DOMAIN, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
  return {
    headers,
    multiValueHeaders: toLists(headers),
    requestContext: {
      ...socketContext(socket, "$disconnect", "DISCONNECT"),
      eventType: "DISCONNECT" as const,
      disconnectStatusCode: code,
      disconnectReason: code === 1005 ? "Client-side close frame status not set" : "",
      authorizer: { principalId: socket.userId },
    },
    isBase64Encoded: false,
  };
}

export interface HttpOptions {
  /** `GET /api/conversations/{conversationId}/messages`: the route as the API knows it. */
  readonly route: string;
  /** The token's claims, as the authorizer hands them on: all of them strings. */
  readonly claims: Readonly<Record<string, string>>;
  /** The token the claims are from; default: one that cannot be read. */
  readonly token?: string;
  readonly path?: Readonly<Record<string, string>>;
  /** Each value is percent-encoded into the raw query string; a string is a raw query string. */
  readonly query?: Readonly<Record<string, string>> | string;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

export function httpEvent(options: HttpOptions): APIGatewayProxyEventV2WithJWTAuthorizer {
  const [method = "", template = ""] = options.route.split(" ");
  const rawPath = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => options.path?.[name] ?? "");
  const { query = {}, body } = options;
  const rawQueryString =
    typeof query === "string"
      ? query
      : Object.entries(query)
          .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
          .join("&");
  const parameters = joinRepeats(new URLSearchParams(rawQueryString));
  const now = Date.now();
  return {
    version: "2.0",
    routeKey: options.route,
    rawPath,
    rawQueryString,
    headers: {
      accept: "*/*",
      host: DOMAIN,
      authorization: `Bearer ${options.token ?? "hidden"}`,
      "x-forwarded-for": "203.0.113.9",
    },
    ...(Object.keys(parameters).length === 0 ? {} : { queryStringParameters: parameters }),
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      authorizer: {
        jwt: { claims: { ...options.claims }, scopes: null },
        principalId: "",
        integrationLatency: 0,
      },
      domainName: DOMAIN,
      domainPrefix: "abc123",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "203.0.113.9", userAgent: "test/1.0" },
      requestId: newId(),
      routeKey: options.route,
      stage: "$default",
      time: requestTime(now),
      timeEpoch: now,
    },
    ...(options.path === undefined ? {} : { pathParameters: { ...options.path } }),
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    isBase64Encoded: options.isBase64Encoded ?? false,
  };
}

/** Records as `readStream` gives them, as the event source mapping hands them on. */
export const streamEvent = (records: readonly _Record[]): DynamoDBStreamEvent => ({
  Records: records.map(({ eventID, eventName, dynamodb }, index) => ({
    eventID: eventID ?? randomUUID(),
    eventName: eventName ?? "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      ...(dynamodb?.Keys === undefined ? {} : { Keys: dynamodb.Keys as Images }),
      ...(dynamodb?.NewImage === undefined ? {} : { NewImage: dynamodb.NewImage as Images }),
      ...(dynamodb?.OldImage === undefined ? {} : { OldImage: dynamodb.OldImage as Images }),
      SequenceNumber: dynamodb?.SequenceNumber ?? String(100 + index),
      SizeBytes: dynamodb?.SizeBytes ?? 100,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: "arn:aws:dynamodb:us-east-1:123456789012:table/chat/stream/2026-01-01T00:00:00.000",
  })),
});

type Images = NonNullable<NonNullable<DynamoDBStreamEvent["Records"][number]["dynamodb"]>["NewImage"]>;

/** Tasks as the worker's queue delivers them; a string is delivered as it is. */
export const sqsEvent = (bodies: readonly unknown[]): SQSEvent => ({
  Records: bodies.map((body) => ({
    messageId: randomUUID(),
    receiptHandle: randomBytes(30).toString("base64"),
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(Date.now()),
      SenderId: "AROAEXAMPLE:worker",
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:tasks",
    awsRegion: "us-east-1",
  })),
});

export const postConfirmationEvent = (
  userName: string,
  userAttributes: Readonly<Record<string, string>>,
): PostConfirmationTriggerEvent => ({
  version: "1",
  triggerSource: "PostConfirmation_ConfirmSignUp",
  region: "us-east-1",
  userPoolId: "us-east-1_abcdefghi",
  userName,
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "client" },
  request: { userAttributes: { ...userAttributes } },
  response: {},
});

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `29/Nov/2023:08:04:03 +0000`. */
function requestTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  const month = MONTHS[new Date(ms).getUTCMonth()];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

const toLists = (values: Readonly<Record<string, string>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));

function joinRepeats(pairs: URLSearchParams): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(joined);
}
