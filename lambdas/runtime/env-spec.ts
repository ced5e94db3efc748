/**
 * The environment of every function: the stacks must set exactly the required variables (a missing one
 * does not compile), `env.ts` reads them once at load. Values are strings; lists are JSON arrays.
 */
export const ENV_SPEC = {
  websocket: {
    required: [
      "TABLE_NAME",
      "CALLBACK_URL",
      "PRESENCE_GRACE_SECONDS",
      "SENDS_PER_SECOND",
      "TYPING_PER_SECOND",
    ],
    optional: ["LOG_LEVEL"],
  },
  http: {
    required: ["TABLE_NAME", "CALLBACK_URL", "PRESENCE_GRACE_SECONDS", "SENDS_PER_SECOND"],
    optional: ["LOG_LEVEL"],
  },
  authorizer: {
    /** `ISSUER`: the OIDC issuer's URL. `AUDIENCES`, `ALLOWED_ORIGINS`: JSON arrays of strings. */
    required: ["TABLE_NAME", "ISSUER", "AUDIENCES", "ALLOWED_ORIGINS"],
    /** `OIDC_JWKS`: the issuer's key set as JSON, where it cannot be fetched (the local cloud sets it). */
    optional: ["JWKS_URI", "OIDC_JWKS", "LOG_LEVEL"],
  },
  worker: {
    required: ["TABLE_NAME", "CALLBACK_URL", "QUEUE_URL", "PRESENCE_GRACE_SECONDS"],
    optional: ["LOG_LEVEL"],
  },
  postConfirmation: {
    required: ["TABLE_NAME"],
    optional: ["LOG_LEVEL"],
  },
} as const;

export type FunctionName = keyof typeof ENV_SPEC;

/** The variables of one function, as the stack passes them. */
export type FunctionEnvironment<F extends FunctionName> = Record<
  (typeof ENV_SPEC)[F]["required"][number],
  string
> &
  Partial<Record<(typeof ENV_SPEC)[F]["optional"][number], string>>;
