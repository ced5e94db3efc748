import { createSign, type KeyObject } from "node:crypto";
import { openSigningKey } from "./signing-key.ts";

/** Claims of a token; the caller names issuer, audience and times. */
export type TokenClaims = Readonly<Record<string, unknown>> & { readonly sub: string };

export interface LocalIssuer {
  /** The key set as JSON text, as `OIDC_JWKS` carries it to functions. */
  jwks(): string;
  /** An RS256 token with exactly these claims and this issuer's `kid`. */
  sign(claims: TokenClaims): string;
  /** The key a token names, or null where it is none of ours. */
  publicKey(kid: string): KeyObject | null;
}

/** Stands in for whichever issuer the template names. `folder` keeps the key; null keeps it in memory. */
export async function openLocalIssuer(options: { readonly folder: string | null }): Promise<LocalIssuer> {
  const key = await openSigningKey(options.folder);
  const jwks = JSON.stringify({
    keys: [{ ...key.publicKey.export({ format: "jwk" }), kid: key.kid, alg: "RS256", use: "sig" }],
  });
  const header = encode({ alg: "RS256", typ: "JWT", kid: key.kid });
  return {
    jwks: () => jwks,
    sign(claims) {
      const signed = `${header}.${encode(claims)}`;
      return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key.privateKey, "base64url")}`;
    },
    publicKey: (kid) => (kid === key.kid ? key.publicKey : null),
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
