/** What each variable holds, all of them as text: `texts` is a JSON array of strings. */
export const VARIABLES = {
  TABLE_NAME: "text",
  CALLBACK_URL: "text",
  QUEUE_URL: "text",
  PRESENCE_GRACE_SECONDS: "number",
  SENDS_PER_SECOND: "number",
  TYPING_PER_SECOND: "number",
  READS_PER_SECOND: "number",
  JOINS_PER_SECOND: "number",
  LOOKUPS_PER_SECOND: "number",
  CONVERSATIONS_PER_HOUR: "number",
  MAX_GROUP_MEMBERS: "number",
  /** `participants` or `acquainted`. */
  DISCLOSE_TO: "text",
  /** How users are found by handle: `prefix`, `exact` or `off`. */
  DIRECTORY: "text",
  /** The OIDC issuer's URL. */
  ISSUER: "text",
  AUDIENCES: "texts",
  ALLOWED_ORIGINS: "texts",
  JWKS_URI: "text",
  /** The issuer's key set as JSON, where it cannot be fetched: the local cloud sets it. */
  OIDC_JWKS: "text",
  /** Of the pictures in profiles; absent: `https:` only. */
  AVATAR_SCHEMES: "texts",
  /** What a token has to have among its scopes for the admin routes. */
  ADMIN_SCOPE: "text",
  LOG_LEVEL: "text",
  /** The stage that metrics are counted for; without it none are. */
  METRICS_STAGE: "text",
} as const;

export type Variable = keyof typeof VARIABLES;

/** Of whatever stores and tells. */
const CHAT = ["TABLE_NAME", "CALLBACK_URL", "QUEUE_URL", "PRESENCE_GRACE_SECONDS", "DISCLOSE_TO"] as const;

/**
 * The environment of every function: the stacks must set exactly the required variables (a missing one
 * does not compile), `env.ts` reads them once at load.
 */
export const ENV_SPEC = {
  websocket: {
    required: [...CHAT, "SENDS_PER_SECOND", "TYPING_PER_SECOND", "READS_PER_SECOND", "JOINS_PER_SECOND"],
    optional: ["LOG_LEVEL", "METRICS_STAGE"],
  },
  http: {
    required: [
      ...CHAT,
      "SENDS_PER_SECOND",
      "READS_PER_SECOND",
      "LOOKUPS_PER_SECOND",
      "CONVERSATIONS_PER_HOUR",
      "DIRECTORY",
      "MAX_GROUP_MEMBERS",
    ],
    optional: ["AVATAR_SCHEMES", "LOG_LEVEL", "METRICS_STAGE"],
  },
  admin: {
    required: [...CHAT, "ADMIN_SCOPE"],
    optional: ["AVATAR_SCHEMES", "LOG_LEVEL", "METRICS_STAGE"],
  },
  authorizer: {
    required: ["TABLE_NAME", "ISSUER", "AUDIENCES", "ALLOWED_ORIGINS"],
    optional: ["JWKS_URI", "OIDC_JWKS", "AVATAR_SCHEMES", "LOG_LEVEL"],
  },
  worker: {
    required: CHAT,
    optional: ["LOG_LEVEL", "METRICS_STAGE"],
  },
  signUp: {
    required: ["TABLE_NAME"],
    optional: ["AVATAR_SCHEMES", "LOG_LEVEL"],
  },
} as const satisfies Record<
  string,
  { readonly required: readonly Variable[]; readonly optional: readonly Variable[] }
>;

export type FunctionName = keyof typeof ENV_SPEC;

/** The variables of one function, as the stack passes them. */
export type FunctionEnvironment<F extends FunctionName> = Record<
  (typeof ENV_SPEC)[F]["required"][number],
  string
> &
  Partial<Record<(typeof ENV_SPEC)[F]["optional"][number], string>>;
