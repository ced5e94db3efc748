import { createHmac, createSign, generateKeyPairSync } from "node:crypto";

export const ISSUER = "https://issuer.test";
export const AUDIENCE = "client-1";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An issuer with a real RSA key, which also signs what no issuer should. */
export function makeIssuer(kid = "key-1") {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const head = (alg: string): Record<string, string> => ({ alg, typ: "JWT", kid });
  const claimsOf = (claims: Record<string, unknown>): Record<string, unknown> => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: ISSUER, aud: AUDIENCE, sub: "ann", iat: now, exp: now + 600, ...claims };
  };
  return {
    keySet: JSON.stringify({
      keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }],
    }),
    /** A token as it should be, save for what `claims` and `header` change; undefined takes a claim out. */
    sign(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): string {
      const text = `${encode({ ...head("RS256"), ...header })}.${encode(claimsOf(claims))}`;
      return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
    },
    unsigned: (): string => `${encode(head("none"))}.${encode(claimsOf({}))}.`,
    /** The classic confusion: the public key, known to all, as the secret of an HMAC. */
    signedWithPublicKey(): string {
      const text = `${encode(head("HS256"))}.${encode(claimsOf({}))}`;
      return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
    },
  };
}
