import { JwtRsaVerifier } from "aws-jwt-verify";
import { FetchError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import type { Chat } from "../chat/chat.ts";
import { isUserId } from "../chat/model/ids.ts";
import { recognizeUser } from "../chat/operations/recognize-user.ts";
import { claimsOf } from "../runtime/claims.ts";
import type { FunctionEnvironment } from "../runtime/env-spec.ts";
import { listIn } from "../runtime/env.ts";
import { headerOf, offeredSubprotocols, SUBPROTOCOL } from "../runtime/websocket-events.ts";

/** The parts of a REQUEST authorizer's event on `$connect` that are read here. */
export interface AuthorizerEvent {
  readonly methodArn: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TokenVerifier {
  /** The payload of a valid token; null for any other text. */
  verify(
    token: string,
  ): Promise<({ readonly sub: unknown; readonly exp: number } & Record<string, unknown>) | null>;
}

/** API Sockets answers 401 to exactly this error, and to no other. */
const unauthorized = (): Error => new Error("Unauthorized");

/** The authorizer of `$connect`: who the token names, and until when. */
export const createAuthorizer =
  (
    recognition: Pick<Chat, "users" | "memory" | "clock">,
    verifier: TokenVerifier,
    allowedOrigins: readonly string[],
  ) =>
  async (event: AuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
    const token = tokenOf(event.headers);
    const payload = token === null ? null : await verifier.verify(token);
    if (!payload || !isUserId(payload.sub)) throw unauthorized();
    const allowed = originAllowed(headerOf(event.headers, "origin"), allowedOrigins);
    if (allowed) await recognizeUser(recognition, payload.sub, claimsOf(payload));
    return {
      principalId: payload.sub,
      policyDocument: {
        Version: "2012-10-17",
        Statement: [
          { Action: "execute-api:Invoke", Effect: allowed ? "Allow" : "Deny", Resource: event.methodArn },
        ],
      },
      // Comes back with every later frame, as strings: no look-up from connection to user.
      context: { tokenExpiresAt: String(payload.exp) },
    };
  };

/** In the header `Authorization: Bearer`, or as the subprotocol offered beside `chat.v1`; never in the URL. */
function tokenOf(headers: AuthorizerEvent["headers"]): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headerOf(headers, "authorization") ?? "")?.[1];
  if (bearer) return bearer;
  const offered = offeredSubprotocols(headers);
  if (!offered.includes(SUBPROTOCOL)) return null;
  return offered.find((protocol) => protocol !== SUBPROTOCOL && protocol !== "") ?? null;
}

/** Servers and command lines send no Origin; a browser always does, and cannot forge it. */
const originAllowed = (origin: string | null, allowed: readonly string[]): boolean =>
  origin === null || allowed.includes("*") || allowed.includes(origin);

/**
 * Verifies tokens of the issuer. The key set is fetched at the first token, kept, and fetched again for an
 * unknown key id; where the environment carries it, it is never fetched.
 */
export function createTokenVerifier(env: FunctionEnvironment<"authorizer">): TokenVerifier {
  const audiences = listIn("AUDIENCES", env.AUDIENCES);
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
        return isFor(payload, audiences) && typeof payload.exp === "number"
          ? { ...payload, sub: payload.sub, exp: payload.exp }
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
