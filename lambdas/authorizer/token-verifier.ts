import { JwtRsaVerifier } from "aws-jwt-verify";
import { FetchError, JwksValidationError, JwkValidationError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import type { Fields } from "../protocol/fields.ts";
import type { Environment } from "../runtime/env.ts";
import { keySourceOf } from "./key-source.ts";
import type { KeySource } from "./key-source.ts";

/** Tells a valid token of the issuer, for one of our audiences, from any other text. */
export interface TokenVerifier {
  /** The payload of a valid token; null for any other text. */
  verify(token: string): Promise<({ readonly exp: number } & Fields) | null>;
}

/**
 * Verifies tokens of the issuer. The key set is fetched at the first token, kept, and fetched again for an
 * unknown key id, at most every ten seconds.
 */
export function createTokenVerifier(
  env: Environment<"authorizer">,
  { uri, fetcher }: KeySource = keySourceOf(env),
): TokenVerifier {
  const verifier = JwtRsaVerifier.create(
    { issuer: env.ISSUER, audience: null, jwksUri: uri },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
  return {
    async verify(token) {
      try {
        // The verifier, whatever its name, takes all algorithms there is a key of; the HTTP API's takes RSA.
        if (decomposeUnverifiedJwt(token).header.alg !== "RS256") return null;
        const payload = await verifier.verify(token);
        const { exp, iat } = payload;
        if (!isFor(payload, env.AUDIENCES) || typeof exp !== "number") return null;
        // As the HTTP API's authorizer has it, to the second: "iat must be before the current time".
        return typeof iat === "number" && iat > Date.now() / 1000 ? null : { ...payload, exp };
      } catch (error) {
        // The issuer gave no keys: nothing is known of the token, and the client may try again.
        if (NO_KEYS.some((type) => error instanceof type)) throw error;
        return null;
      }
    },
  };
}

const NO_KEYS = [FetchError, JwksValidationError, JwkValidationError];

/** Cognito's access tokens name their client in `client_id` instead of `aud`. */
function isFor(payload: Fields, audiences: readonly string[]): boolean {
  const named = [payload["aud"] ?? payload["client_id"]].flat();
  return named.some((audience) => typeof audience === "string" && audiences.includes(audience));
}
