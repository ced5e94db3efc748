import { area } from "../row.ts";
import {
  HTTP_CORS,
  HTTP_JWT,
  HTTP_LAMBDA,
  HTTP_QUOTAS,
  HTTP_ROUTES,
  TRAFFIC,
  UNVERIFIED,
} from "../sources.ts";

export const HTTP_EVENTS = area("HTTP events, payload 2.0", [
  [
    "http-event.shape",
    "documented",
    HTTP_LAMBDA,
    "The event has version, route key, path, query, headers, context and nothing that has no value.",
  ],
  [
    "http-event.context",
    "documented",
    HTTP_LAMBDA,
    "`requestContext` has account, API, domain, request, stage, time and the `http` block.",
  ],
  ["http-event.absent", "documented", HTTP_LAMBDA, "Keys without a value are left out, not null."],
  ["http-event.cookies", "documented", HTTP_LAMBDA, "Cookies arrive in `cookies` and not among the headers."],
  [
    "http-event.headers",
    "documented",
    HTTP_LAMBDA,
    "Header names are lower case, and repeats are joined by a comma.",
  ],
  [
    "http-event.query",
    "documented",
    HTTP_LAMBDA,
    "Repeated query keys are joined by a comma; `rawQueryString` is as it was sent.",
  ],
  ["http-event.path", "seen", TRAFFIC, "`rawPath` and path parameters arrive percent-decoded."],
  ["http-event.text", "documented", HTTP_LAMBDA, "A text body arrives as it is."],
  ["http-event.binary", "documented", HTTP_LAMBDA, "A binary body arrives in base64."],
]);

export const HTTP_ANSWERS = area("HTTP answers", [
  ["http-answer.bare", "documented", HTTP_LAMBDA, "An answer without `statusCode` is 200 and JSON."],
  ["http-answer.full", "documented", HTTP_LAMBDA, "Status, headers and body of an answer reach the client."],
  [
    "http-answer.cookies",
    "documented",
    HTTP_LAMBDA,
    "Each of `cookies` is a `set-cookie` header of its own.",
  ],
  ["http-answer.binary", "documented", HTTP_LAMBDA, "A base64 body reaches the client as bytes."],
  [
    "http-answer.throws",
    "documented",
    HTTP_LAMBDA,
    'A handler\'s error is 500 `{"message":"Internal Server Error"}`.',
  ],
  ["http-answer.malformed", "documented", HTTP_LAMBDA, "A malformed answer is the same 500."],
  [
    "http-answer.timeout",
    "belief",
    UNVERIFIED,
    'A function\'s timeout is 503 `{"message":"Service Unavailable"}`.',
  ],
]);

export const HTTP_ROUTING = area("HTTP routing", [
  [
    "http-route.full",
    "documented",
    HTTP_ROUTES,
    "A full match wins over a variable, and a variable over a greedy one.",
  ],
  ["http-route.greedy", "documented", HTTP_ROUTES, "`{proxy+}` takes the rest of the path."],
  ["http-route.any", "documented", HTTP_ROUTES, "ANY takes every method."],
  ["http-route.none", "documented", HTTP_ROUTES, 'Without a route it is 404 `{"message":"Not Found"}`.'],
  ["http-route.method", "belief", UNVERIFIED, "A path without a route for the method is 404 as well."],
  [
    "http-route.head",
    "belief",
    UNVERIFIED,
    "HEAD is a method like others: a GET route does not answer it, an ANY route does, without a body.",
  ],
  ["http-route.default", "documented", HTTP_ROUTES, "`$default` takes what no other route does."],
  [
    "http-route.precedence",
    "documented",
    HTTP_ROUTES,
    "A full match and a greedy route win over `$default`.",
  ],
]);

export const HTTP_AUTHORIZATION = area("JWT authorizer", [
  ["jwt.claims", "belief", UNVERIFIED, "Claims arrive as strings, and lists as `[a b]`."],
  ["jwt.context", "documented", HTTP_JWT, "They arrive at `requestContext.authorizer.jwt`, with the scopes."],
  [
    "jwt.missing",
    "documented",
    HTTP_JWT,
    'Without a token it is 401 `{"message":"Unauthorized"}` with `www-authenticate: Bearer`, and no function runs.',
  ],
  ["jwt.invalid", "documented", HTTP_JWT, 'A token that cannot be read is 401 with `error="invalid_token"`.'],
  [
    "jwt.signature",
    "documented",
    HTTP_JWT,
    "A changed token, another key, and algorithms other than RSA are 401.",
  ],
  ["jwt.issuer", "documented", HTTP_JWT, "Another issuer is 401."],
  [
    "jwt.audience",
    "documented",
    HTTP_JWT,
    "Another audience is 401; `client_id` counts where there is no `aud`.",
  ],
  [
    "jwt.times",
    "documented",
    HTTP_JWT,
    "`exp` in the past, `nbf` and `iat` in the future are 401, without a tolerance.",
  ],
  [
    "jwt.scope",
    "documented",
    HTTP_JWT,
    "A route's scopes: one of them in the token's `scope` or `scp` is enough, none of them is 403.",
  ],
  [
    "jwt.scope-refused",
    "belief",
    UNVERIFIED,
    'The gateway\'s own 403 is `{"message":"Forbidden"}` with `error="insufficient_scope"`, and no function runs.',
  ],
]);

export const HTTP_CROSS_ORIGIN = area("CORS", [
  [
    "cors.preflight",
    "documented",
    HTTP_CORS,
    "A preflight is answered with 204 without an OPTIONS route, and no function runs.",
  ],
  ["cors.authorized", "documented", HTTP_CORS, "A preflight needs no token."],
  ["cors.headers", "documented", HTTP_CORS, "An answer to an allowed origin carries the configured headers."],
  ["cors.backend", "documented", HTTP_CORS, "The function's own CORS headers are ignored."],
  ["cors.other-origin", "documented", HTTP_CORS, "An origin that is not allowed gets no CORS headers."],
]);

export const HTTP_LIMITS = area("HTTP limits", [
  ["http-limit.body", "documented", HTTP_QUOTAS, "A body above 10 MB is 413, and no function runs."],
  [
    "http-limit.headers",
    "documented",
    HTTP_QUOTAS,
    "Request line and headers above 10,240 bytes are 431, and no function runs.",
  ],
  ["http-limit.time", "documented", HTTP_QUOTAS, "The gateway waits 30 seconds at most, then answers 503."],
]);
