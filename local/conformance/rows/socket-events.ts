import { area } from "../row.ts";
import {
  LAMBDA_AUTHORIZER,
  TRAFFIC,
  UNVERIFIED,
  WS_AUTHORIZER,
  WS_CONNECT,
  WS_INTEGRATION,
  WS_MAPPING,
} from "../sources.ts";

export const SOCKET_EVENTS = area("WebSocket events", [
  ["ids.form", "seen", TRAFFIC, "Connection, request and message ids are 15 base64url characters and `=`."],
  ["ids.same", "documented", WS_MAPPING, "`requestId` and `extendedRequestId` are the same."],
  [
    "event.context",
    "seen",
    TRAFFIC,
    "Every event's `requestContext` has the same fields, and only these, beside those of its type.",
  ],
  [
    "event.time",
    "seen",
    TRAFFIC,
    "`requestTime` reads `29/Nov/2023:08:04:03 +0000` and tells the same second as `requestTimeEpoch`.",
  ],
  ["event.user-agent", "seen", TRAFFIC, "`identity.userAgent` is there only if the client sent one."],
  [
    "connect-event.headers",
    "seen",
    TRAFFIC,
    "CONNECT carries `headers` and `multiValueHeaders` in their original case, with trace id and forwarding headers.",
  ],
  [
    "connect-event.query",
    "documented",
    WS_INTEGRATION,
    "CONNECT carries both query maps if there is a query, and neither if there is none.",
  ],
  ["connect-event.body", "documented", WS_INTEGRATION, "CONNECT has `isBase64Encoded: false` and no body."],
  [
    "connect-event.authorizer",
    "seen",
    TRAFFIC,
    "CONNECT's `authorizer` is the context, `principalId` and a numeric `integrationLatency`.",
  ],
  [
    "message-event.shape",
    "seen",
    TRAFFIC,
    "MESSAGE is `requestContext`, `body` and `isBase64Encoded`: no headers, no query.",
  ],
  ["message-event.id", "seen", TRAFFIC, "MESSAGE's context adds a `messageId` of its own."],
  ["message-event.body", "documented", WS_INTEGRATION, "The body is the frame's text as it was sent."],
  [
    "message-event.authorizer",
    "seen",
    TRAFFIC,
    "MESSAGE's `authorizer` is the context and `principalId`, without latency.",
  ],
  [
    "disconnect-event.shape",
    "seen",
    TRAFFIC,
    "DISCONNECT carries `Host`, `x-api-key`, `X-Forwarded-For` and `x-restapi` as headers and their multi-value twins, and no body.",
  ],
  [
    "disconnect-event.reason",
    "documented",
    WS_MAPPING,
    "DISCONNECT's context adds `disconnectStatusCode` and `disconnectReason`.",
  ],
  ["disconnect-event.authorizer", "seen", TRAFFIC, "DISCONNECT's `authorizer` has the `principalId`."],
  [
    "disconnect-event.late",
    "documented",
    WS_CONNECT,
    "`$disconnect` runs after the close, and its failure changes nothing.",
  ],
  [
    "disconnect-event.once",
    "belief",
    UNVERIFIED,
    "A connection that was opened has one `$disconnect`, one that was refused has none.",
  ],
  ["event.no-authorizer", "seen", TRAFFIC, "Without an authorizer no event has an `authorizer`."],
]);

export const AUTHORIZER = area("Authorizer of $connect", [
  [
    "authorizer.event",
    "documented",
    LAMBDA_AUTHORIZER,
    "The authorizer gets a REQUEST event: method ARN, headers, query maps, empty stage variables and the context of `$connect`.",
  ],
  [
    "authorizer.identity",
    "documented",
    WS_AUTHORIZER,
    "A configured identity source that is missing is 401, and the authorizer is not invoked.",
  ],
  ["authorizer.unauthorized", "seen", TRAFFIC, "Throwing `Unauthorized` is 401."],
  ["authorizer.deny", "seen", TRAFFIC, "A Deny is 403."],
  ["authorizer.no-match", "seen", TRAFFIC, "A policy without a matching Allow is 403."],
  ["authorizer.throws", "seen", TRAFFIC, "Throwing anything else is 500."],
  ["authorizer.malformed", "seen", TRAFFIC, "An answer that is no policy is 500."],
  [
    "authorizer.deny-wins",
    "documented",
    LAMBDA_AUTHORIZER,
    "An explicit Deny wins over any Allow, whatever their order.",
  ],
  ["authorizer.wildcards", "documented", LAMBDA_AUTHORIZER, "`*` and `?` in actions and resources match."],
  ["authorizer.size", "documented", LAMBDA_AUTHORIZER, "An answer above 8 KB is refused."],
  [
    "authorizer.context-text",
    "documented",
    LAMBDA_AUTHORIZER,
    "Numbers and booleans of the context arrive as strings.",
  ],
  [
    "authorizer.context-nested",
    "documented",
    LAMBDA_AUTHORIZER,
    "An object or a list in the context is a malformed answer: 500.",
  ],
  ["authorizer.once", "documented", WS_AUTHORIZER, "The authorizer runs on `$connect` only."],
]);
