import { createHmac, createSign, type KeyObject } from "node:crypto";

type Part = Readonly<Record<string, unknown>>;

/** A token taken apart. */
export interface TokenParts {
  readonly token: string;
  readonly header: Part;
  readonly claims: Part;
  /** As it stood in the token. */
  readonly signature: string;
}

export function takeApart(token: string): TokenParts {
  const [header = "", claims = "", signature = ""] = token.split(".");
  return { token, header: decode(header), claims: decode(claims), signature };
}

export const putTogether = (header: Part, claims: Part, signature: string): string =>
  `${encode(header)}.${encode(claims)}.${signature}`;

/** As RS256 does it, whatever the header says. */
export function signed(header: Part, claims: Part, key: KeyObject): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}

/** As HS256 does it, whatever the header says. */
export function hashed(header: Part, claims: Part, secret: string | Buffer): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

/** The header or claims without some. */
export const without = (part: Part, ...names: string[]): Part =>
  Object.fromEntries(Object.entries(part).filter(([name]) => !names.includes(name)));

const encode = (part: Part): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const decode = (text: string): Part => JSON.parse(Buffer.from(text, "base64url").toString()) as Part;
