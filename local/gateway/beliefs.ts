/**
 * What this gateway does where the service's behaviour is not documented and has not been captured. Kept in
 * one place so that the first real deployment can confirm or mend it; tests do not assert on it tightly.
 */
export const BELIEFS = {
  /** Bodies of refused upgrades; `connectionId` and `requestId` are added. */
  refusedUpgrade: new Map<number, { readonly message: string; readonly errorType: string }>([
    [400, { message: "Bad Request", errorType: "BadRequestException" }],
    [401, { message: "Unauthorized", errorType: "UnauthorizedException" }],
    [403, { message: "Forbidden", errorType: "ForbiddenException" }],
    [414, { message: "Request-URI Too Long", errorType: "RequestTooLargeException" }],
    [429, { message: "Too Many Requests", errorType: "TooManyRequestsException" }],
    [500, { message: "Internal server error", errorType: "InternalServerErrorException" }],
    [502, { message: "Internal server error", errorType: "InternalServerErrorException" }],
    [503, { message: "Service Unavailable", errorType: "ServiceUnavailableException" }],
    [504, { message: "Endpoint request timed out", errorType: "IntegrationTimeoutException" }],
  ]),
  /** `$connect` whose integration took too long. */
  connectTimeoutStatus: 504,
  /** An upgrade to a path that is no stage. */
  wrongPathStatus: 403,
  /** Seen for the idle close; assumed for the two hours as well. */
  lifetimeClose: { code: 1001, reason: "Going away" },
  abnormalClose: { code: 1006, reason: "" },
  tooLargeClose: { code: 1009, reason: "" },
  binaryClose: { code: 1003, reason: "" },
  /** Whether a protocol ping counts as activity is undocumented: the stricter reading. */
  pingKeepsAlive: false,
  /** `$disconnect` is seen with `principalId`; whether the rest of the context comes along is not known. */
  disconnectHasWholeContext: false,
  /** The value of `X-Forwarded-For` in the DISCONNECT event. */
  disconnectForwardedFor: "",
  /** Media types an HTTP API hands over as text; anything else arrives in base64. */
  textMedia: /^(text\/|application\/(json|xml|javascript|graphql)\b|[^;]*\+(json|xml)\b)/i,
  /** Content type of an HTTP response that gives a status but no type. */
  defaultContentType: "text/plain; charset=utf-8",
} as const;
