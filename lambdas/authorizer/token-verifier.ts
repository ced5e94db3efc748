import { JwtRsaVerifier } from "aws-jwt-verify";
import { FetchError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { Fields } from "../protocol/fields.ts";
import type { Environment } from "../runtime/env.ts";

/** Tells a valid token of the issuer, for one of our audiences, from any other text. */
export interface TokenVerifier {
  /** The payload of a valid token; null for any other text. */
  verify(token: string): Promise<({ readonly exp: number } & Fields) | null>;
}

/**
 * Verifies tokens of the issuer. The key set is fetched at the first token, kept, and fetched again for an
 * unknown key id; where the environment carries it, it is never fetched.
 */
export function createTokenVerifier(env: Environment<"authorizer">): TokenVerifier {
  const keySet = env.OIDC_JWKS;
  const fetcher = keySet && {
    fetch: () => Promise.resolve(new TextEncoder().encode(keySet).buffer),
  };
  const verifier = JwtRsaVerifier.create(
    {
      issuer: env.ISSUER,
      audience: null,
      jwksUri: env.JWKS_URI ?? `${env.ISSUER.replace(/\/$/, "")}/.well-known/jwks.json`,
    },
    { jwksCache: new SimpleJwksCache(fetcher ? { fetcher } : {}) },
  );
  return {
    async verify(token) {
      try {
        const payload = await verifier.verify(token);
        return isFor(payload, env.AUDIENCES) && typeof payload.exp === "number"
          ? { ...payload, exp: payload.exp }
          : null;
      } catch (error) {
        // The issuer could not be asked: nothing is known of the token, and the client may try again.
        if (error instanceof FetchError) throw error;
        return null;
      }
    },
  };
}

/** Cognito's access tokens name their client in `client_id` instead of `aud`. */
function isFor(payload: Readonly<Record<string, unknown>>, audiences: readonly string[]): boolean {
  const named = [payload["aud"] ?? payload["client_id"]].flat();
  return named.some((audience) => typeof audience === "string" && audiences.includes(audience));
}
