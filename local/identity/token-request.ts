import type { TokenClaims } from "./issuer.ts";

/** Whom tokens of the local issuer come from and are for: what the template's authorizer expects. */
export interface TokenParties {
  readonly issuer: string;
  readonly audience: string;
}

export type TokenRequestResult =
  | { readonly type: "ok"; readonly claims: TokenClaims }
  | { readonly type: "invalid"; readonly message: string };

const DEFAULT_LIFETIME_SECONDS = 12 * 60 * 60;
const LONGEST_LIFETIME_SECONDS = 10 * 365 * 24 * 60 * 60;

/**
 * The claims for the body of `POST /_local/token`: `{ userId, displayName?, avatarUrl?, scope?,
 * expiresInSeconds? }`. `scope`: what the token permits, words with spaces between (RFC 6749, 3.3).
 * `expiresInSeconds` of 0 or below makes a token that has expired already. `now` in milliseconds.
 */
export function claimsForTokenRequest(body: unknown, parties: TokenParties, now: number): TokenRequestResult {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return invalid("The body must be a JSON object with a userId.");
  }
  const { userId, displayName, avatarUrl, scope, expiresInSeconds } = body as Record<string, unknown>;
  if (typeof userId !== "string" || userId === "" || [...userId].length > 255) {
    return invalid("userId must be a string of 1 to 255 characters.");
  }
  if (!isAbsentOrText(displayName)) return invalid("displayName must be a string.");
  if (!isAbsentOrText(avatarUrl)) return invalid("avatarUrl must be a string.");
  if (!isAbsentOrText(scope)) return invalid("scope must be a string.");
  const lifetime = expiresInSeconds ?? DEFAULT_LIFETIME_SECONDS;
  if (
    typeof lifetime !== "number" ||
    !Number.isInteger(lifetime) ||
    Math.abs(lifetime) > LONGEST_LIFETIME_SECONDS
  ) {
    return invalid("expiresInSeconds must be a whole number of seconds, at most ten years either way.");
  }
  const expiresAt = Math.floor(now / 1000) + lifetime;
  return {
    type: "ok",
    claims: {
      sub: userId,
      ...(typeof displayName === "string" ? { name: displayName } : {}),
      ...(typeof avatarUrl === "string" ? { picture: avatarUrl } : {}),
      ...(typeof scope === "string" ? { scope } : {}),
      iss: parties.issuer,
      aud: parties.audience,
      token_use: "id",
      // To the millisecond, as a NumericDate may be: whoever takes the later token for the newer one can tell.
      iat: Math.min(now / 1000, expiresAt),
      exp: expiresAt,
    },
  };
}

function isAbsentOrText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

function invalid(message: string): TokenRequestResult {
  return { type: "invalid", message };
}
