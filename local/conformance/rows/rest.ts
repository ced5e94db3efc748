import { area } from "../row.ts";
import {
  CDK_STAGES,
  COGNITO_REST,
  GATEWAY_RESPONSES,
  LAMBDA_AUTHORIZER,
  REST_BINARY,
  REST_LAMBDA,
  REST_MOCK,
  REST_QUOTAS,
  TRAFFIC,
  UNVERIFIED,
} from "../sources.ts";

export const REST_EVENTS = area("REST events, payload 1.0", [
  [
    "rest-event.shape",
    "documented",
    REST_LAMBDA,
    "The event has resource, path, method, both maps of headers and query, stage variables, context and body.",
  ],
  [
    "rest-event.context",
    "documented",
    REST_LAMBDA,
    "`requestContext` has API, stage, deployment, resource, the path with its stage, request ids and the identity.",
  ],
  ["rest-event.null", "documented", REST_LAMBDA, "What has no value is null, not left out."],
  [
    "rest-event.path",
    "seen",
    TRAFFIC,
    "The path and its parameters arrive percent-encoded, the query decoded.",
  ],
  [
    "rest-event.binary",
    "documented",
    REST_BINARY,
    "A body of a binary media type of the API arrives in base64, any other as text.",
  ],
]);

export const REST_ANSWERS = area("REST answers", [
  [
    "rest-answer.full",
    "documented",
    REST_LAMBDA,
    "Status, headers, lists of headers and body reach the client; without a type it is JSON.",
  ],
  [
    "rest-answer.binary",
    "documented",
    REST_BINARY,
    "A base64 body becomes bytes where what the client accepts first is a binary media type of the API.",
  ],
  [
    "rest-answer.throws",
    "documented",
    REST_LAMBDA,
    'A handler\'s error is 502 `{"message":"Internal server error"}`.',
  ],
  ["rest-answer.malformed", "documented", REST_LAMBDA, "A malformed answer is the same 502."],
  [
    "rest-answer.timeout",
    "documented",
    REST_QUOTAS,
    "An integration that takes longer than its timeout is 504, the function goes on.",
  ],
]);

export const REST_ROUTING = area("REST routing", [
  [
    "rest-route.path",
    "documented",
    REST_LAMBDA,
    "A fixed part of a path goes before a parameter, and a parameter before `{proxy+}`.",
  ],
  ["rest-route.any", "documented", REST_LAMBDA, "`ANY` takes every method that has none of its own."],
  [
    "rest-route.none",
    "documented",
    GATEWAY_RESPONSES,
    'No resource or no method is 403 `{"message":"Missing Authentication Token"}`.',
  ],
  [
    "rest-route.method",
    "belief",
    UNVERIFIED,
    "A resource without the method is not passed over for a `{proxy+}` above it.",
  ],
  ["rest-route.slash", "belief", UNVERIFIED, "A slash at the end of the path makes no difference."],
  [
    "rest-mock.preflight",
    "documented",
    REST_MOCK,
    "A mock answers a preflight with fixed headers, and each of several origins with itself.",
  ],
  [
    "rest-failure.headers",
    "documented",
    GATEWAY_RESPONSES,
    "A gateway response of the API adds its headers to failures of its type.",
  ],
  [
    "rest-stage.second",
    "ran",
    CDK_STAGES,
    "Of two APIs with stages of one name the second is served below its id.",
  ],
]);

export const REST_AUTHORIZATION = area("REST authorization", [
  [
    "rest-authorizer.token",
    "documented",
    LAMBDA_AUTHORIZER,
    "A TOKEN authorizer gets token and method ARN; its principal and context reach the function as text.",
  ],
  [
    "rest-authorizer.missing",
    "documented",
    LAMBDA_AUTHORIZER,
    "A missing identity source, or a token that does not match the expression, is 401 without a call.",
  ],
  [
    "rest-authorizer.request",
    "documented",
    LAMBDA_AUTHORIZER,
    "A REQUEST authorizer gets the request as the function would, without a body.",
  ],
  [
    "rest-authorizer.denied",
    "seen",
    TRAFFIC,
    "A policy that does not allow is 403, `Unauthorized` thrown is 401, any other error 500.",
  ],
  [
    "rest-authorizer.remembered",
    "documented",
    LAMBDA_AUTHORIZER,
    "A policy is remembered for its identity and applied to the next method as well.",
  ],
  [
    "rest-authorizer.pool",
    "documented",
    COGNITO_REST,
    "A user pool's authorizer takes the local issuer's tokens, tells their claims, and says when one has expired.",
  ],
]);
