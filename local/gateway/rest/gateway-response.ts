import type { RestApiModel } from "../../assembly/rest-model.ts";
import type { RestAnswer } from "./rest-response.ts";

interface Failure {
  readonly type: string;
  readonly status: number;
  /** Names the failure in `x-amzn-ErrorType`. */
  readonly error: string;
  readonly body: Readonly<Record<string, string | null>>;
}

/** What the gateway answers itself (docs: gateway response types), with the bodies that clients know. */
const FAILURES = {
  noRoute: {
    type: "MISSING_AUTHENTICATION_TOKEN",
    status: 403,
    error: "MissingAuthenticationTokenException",
    body: { message: "Missing Authentication Token" },
  },
  unauthorized: {
    type: "UNAUTHORIZED",
    status: 401,
    error: "UnauthorizedException",
    body: { message: "Unauthorized" },
  },
  expired: {
    type: "UNAUTHORIZED",
    status: 401,
    error: "UnauthorizedException",
    body: { message: "The incoming token has expired" },
  },
  denied: {
    type: "ACCESS_DENIED",
    status: 403,
    error: "AccessDeniedException",
    body: { Message: "User is not authorized to access this resource" },
  },
  deniedExplicitly: {
    type: "ACCESS_DENIED",
    status: 403,
    error: "AccessDeniedException",
    body: {
      Message:
        "User is not authorized to access this resource with an explicit deny in an identity-based policy",
    },
  },
  authorizer: {
    type: "AUTHORIZER_FAILURE",
    status: 500,
    error: "AuthorizerConfigurationException",
    body: { message: null },
  },
  integration: {
    type: "INTEGRATION_FAILURE",
    status: 502,
    error: "InternalServerErrorException",
    body: { message: "Internal server error" },
  },
  timeout: {
    type: "INTEGRATION_TIMEOUT",
    status: 504,
    error: "InternalServerErrorException",
    body: { message: "Endpoint request timed out" },
  },
  tooLarge: {
    type: "REQUEST_TOO_LARGE",
    status: 413,
    error: "RequestTooLargeException",
    body: { message: "Request Too Long" },
  },
} as const satisfies Record<string, Failure>;

export type FailureName = keyof typeof FAILURES;

/** The failure's answer, with the headers that the API's own gateway responses add. */
export function failureAnswer(name: FailureName, { gatewayResponses }: RestApiModel): RestAnswer {
  const { type, status, error, body } = FAILURES[name];
  const own = gatewayResponses[type] ?? gatewayResponses[status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX"] ?? {};
  return {
    status,
    headers: [
      ["content-type", ["application/json"]],
      ["x-amzn-errortype", [error]],
      ...Object.entries(own).map(([header, value]) => [header.toLowerCase(), [value]] as const),
    ],
    body: Buffer.from(JSON.stringify(body)),
  };
}
