import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { recognizeUser } from "../chat/operations/recognize-user.ts";
import { BATCH_SUBPROTOCOL, SUBPROTOCOL } from "../protocol/routes.ts";
import { identityOf } from "../runtime/claims.ts";
import type { Recognition } from "../runtime/composition.ts";
import { addToTrace } from "../runtime/trace.ts";
import { headerOf, offeredSubprotocols } from "../runtime/websocket-events.ts";
import type { ConnectHeaders } from "../runtime/websocket-events.ts";
import type { TokenVerifier } from "./token-verifier.ts";

/** The parts of a REQUEST authorizer's event on `$connect` that are read here. */
export interface AuthorizerEvent extends ConnectHeaders {
  readonly methodArn: string;
  readonly requestContext?: { readonly requestId?: string; readonly connectionId?: string };
}

/** API Gateway answers 401 to exactly this error, and to no other. */
const unauthorized = (): Error => new Error("Unauthorized");

/** Whether what the authorizer throws is its answer, not a failure. */
export const isUnauthorized = (error: unknown): boolean =>
  error instanceof Error && error.message === "Unauthorized";

/**
 * The authorizer of `$connect`: who the token names, and until when. Lambda counts every 401 as an error of the
 * function, so that only what is logged of the others tells the operator of a failure.
 */
export const createAuthorizer =
  (recognition: Recognition, verifier: TokenVerifier, allowedOrigins: readonly string[]) =>
  async (event: AuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
    const answer = await authorize(event, recognition, verifier, allowedOrigins);
    if (!answer) throw unauthorized();
    return answer;
  };

/** Null without a valid token, and for one from before its user was signed out. */
async function authorize(
  event: AuthorizerEvent,
  recognition: Recognition,
  verifier: TokenVerifier,
  allowedOrigins: readonly string[],
): Promise<APIGatewayAuthorizerResult | null> {
  const token = tokenOf(event);
  const payload = token === null ? null : await verifier.verify(token);
  const identity = payload && identityOf(payload, recognition.rules);
  if (!identity) return null;
  addToTrace({ userId: identity.userId });
  const allowed = originAllowed(headerOf(event, "origin"), allowedOrigins);
  if (allowed && !(await recognizeUser(recognition, identity))) return null;
  return {
    principalId: identity.userId,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Action: "execute-api:Invoke", Effect: allowed ? "Allow" : "Deny", Resource: event.methodArn },
      ],
    },
    // Comes back with every later frame, as strings: no look-up from connection to user.
    context: {
      tokenExpiresAt: String(payload.exp),
      ...(identity.issuedAt === null ? {} : { tokenIssuedAt: String(identity.issuedAt) }),
    },
  };
}

/** In the header `Authorization: Bearer`, or as the subprotocol offered beside ours; never in the URL. */
function tokenOf(event: ConnectHeaders): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headerOf(event, "authorization") ?? "")?.[1];
  if (bearer) return bearer;
  const offered = offeredSubprotocols(event);
  if (!offered.some(isOurs)) return null;
  return offered.find((protocol) => !isOurs(protocol) && protocol !== "") ?? null;
}

const isOurs = (protocol: string): boolean => protocol === SUBPROTOCOL || protocol === BATCH_SUBPROTOCOL;

/** Servers and command lines send no Origin; a browser always does, and cannot forge it. */
const originAllowed = (origin: string | null, allowed: readonly string[]): boolean =>
  origin === null || allowed.includes("*") || allowed.includes(origin);
