import type { LocalIssuer } from "../../identity/issuer.ts";
import { verifyToken } from "../../identity/verify-token.ts";
import type { JwtAuthorizerModel } from "../../assembly/model.ts";

/** `requestContext.authorizer.jwt`. */
export interface JwtContext {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

export type JwtDecision =
  | { readonly type: "allowed"; readonly jwt: JwtContext }
  | { readonly type: "refused"; readonly status: 401 | 403; readonly challenge: string };

export interface JwtRequest {
  readonly headers: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** The route's scopes: one of them must be in the token's `scope` or `scp`. */
  readonly scopes: readonly string[];
  readonly now: number;
}

/** The HTTP API's native authorizer. The `www-authenticate` texts are as captured from the service. */
export function authorizeJwt(model: JwtAuthorizerModel, keys: LocalIssuer, request: JwtRequest): JwtDecision {
  const token = findToken(model.identitySource, request);
  if (token === null) return { type: "refused", status: 401, challenge: "Bearer" };
  const verdict = verifyToken(token, keys, {
    issuer: model.issuer,
    audiences: model.audiences,
    now: request.now,
  });
  if (verdict.type === "invalid") {
    const challenge = `Bearer scope="" error="invalid_token" error_description="${verdict.reason}"`;
    return { type: "refused", status: 401, challenge };
  }
  const held = scopesOf(verdict.claims);
  if (request.scopes.length > 0 && !request.scopes.some((scope) => held.includes(scope))) {
    const challenge = `Bearer scope="${request.scopes.join(" ")}" error="insufficient_scope" error_description="the token does not have any of the required scopes"`;
    return { type: "refused", status: 403, challenge };
  }
  const scopes = request.scopes.length > 0 ? held : null;
  return { type: "allowed", jwt: { claims: claimsAsText(verdict.claims), scopes } };
}

/** A JWT authorizer has one identity source (docs: CreateAuthorizer). */
function findToken([source = ""]: readonly string[], request: JwtRequest): string | null {
  const [, kind, name = ""] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  const value = kind === "header" ? request.headers.get(name.toLowerCase()) : request.query.get(name);
  return value === undefined || value === null || value === "" ? null : value.replace(/^bearer +/i, "");
}

function scopesOf(claims: Readonly<Record<string, unknown>>): string[] {
  const value = claims["scope"] ?? claims["scp"];
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string");
  return typeof value === "string" ? value.split(" ").filter((scope) => scope !== "") : [];
}

export function claimsAsText(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  const text = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(claims)) text[name] = claimAsText(value);
  return text;
}

/** Every claim arrives as a string; a list as `[a b]`. */
function claimAsText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(claimAsText).join(" ")}]`;
  return JSON.stringify(value);
}
