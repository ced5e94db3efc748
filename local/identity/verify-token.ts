import { createVerify } from "node:crypto";
import type { LocalIssuer } from "./issuer.ts";

export interface TokenRules {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type TokenVerdict =
  | { readonly type: "valid"; readonly claims: Readonly<Record<string, unknown>> }
  /** `reason` reads like the description API Gateway puts into `www-authenticate`. */
  | { readonly type: "invalid"; readonly reason: string };

/**
 * What the HTTP API's JWT authorizer checks: RS256 by `kid`, iss, aud or client_id, exp, nbf, iat. `exp` "must be
 * after the current time", `nbf` and `iat` "before" it (docs: http-api-jwt-authorizer): no tolerance is named, so
 * none is given. A Lambda authorizer with aws-jwt-verify looks at exp and nbf alone, unless it checks iat itself.
 */
export function verifyToken(token: string, keys: LocalIssuer, rules: TokenRules): TokenVerdict {
  const [head = "", body = "", signature = "", ...rest] = token.split(".");
  if (head === "" || body === "" || signature === "" || rest.length > 0) {
    return invalid("token contains an invalid number of segments");
  }
  const header = decode(head);
  const claims = decode(body);
  if (header === null || claims === null) return invalid("the token could not be decoded");
  if (header["alg"] !== "RS256") return invalid("signing method is invalid");
  if (typeof header["kid"] !== "string") return invalid("the token has no kid");
  const key = keys.publicKey(header["kid"]);
  if (key === null) return invalid("unable to find the signing key");
  const verifier = createVerify("RSA-SHA256").update(`${head}.${body}`);
  if (!verifier.verify(key, signature, "base64url")) return invalid("signature is invalid");
  const problem = wrongClaim(claims, rules);
  return problem === null ? { type: "valid", claims } : invalid(problem);
}

function wrongClaim(claims: Readonly<Record<string, unknown>>, rules: TokenRules): string | null {
  const { iss, aud, client_id: clientId, exp, nbf, iat } = claims;
  const seconds = rules.now / 1000;
  if (iss !== rules.issuer) return "the token does not have a valid issuer";
  // client_id counts only where there is no aud (docs: http-api-jwt-authorizer).
  const named: readonly unknown[] = aud === undefined ? [clientId] : Array.isArray(aud) ? aud : [aud];
  if (!named.some((name) => typeof name === "string" && rules.audiences.includes(name))) {
    return "the token does not have a valid audience";
  }
  if (typeof exp !== "number" || exp <= seconds) return "the token has expired";
  if (nbf !== undefined && (typeof nbf !== "number" || nbf > seconds)) return "the token is not valid yet";
  if (iat !== undefined && (typeof iat !== "number" || iat > seconds))
    return "the token was issued in the future";
  return null;
}

function decode(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function invalid(reason: string): TokenVerdict {
  return { type: "invalid", reason };
}
