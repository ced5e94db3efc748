import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import type { Caller, Chat } from "../chat/chat.ts";
import { Refusal, signedOut } from "../chat/model/refusal.ts";
import { recognizeUser } from "../chat/operations/recognize-user.ts";
import { fieldOf, isObject, parseJson } from "../protocol/fields.ts";
import type { Fields } from "../protocol/fields.ts";
import { identityOf } from "../runtime/claims.ts";
import { addToTrace } from "../runtime/trace.ts";

type HttpEvent = Pick<APIGatewayProxyEventV2WithJWTAuthorizer, "headers" | "requestContext">;

/**
 * Who asks: whom the token names that the gateway's authorizer has verified.
 *
 * @throws Refusal `UNAUTHORIZED` where it names no user, or one who was signed out since
 */
export async function callerOf(chat: Chat, event: HttpEvent): Promise<Caller> {
  const claims = claimsOfVerifiedToken(event);
  const identity = claims && identityOf(claims, chat.rules);
  if (!identity) throw new Refusal("UNAUTHORIZED", "The token names no user.");
  addToTrace({ userId: identity.userId });
  if (!(await recognizeUser(chat, identity))) throw signedOut();
  return { userId: identity.userId, connectionId: null };
}

/**
 * The gateway hands every claim on as text (12345 as "12345", null as "null", a list as "[a b]"), which tells
 * a number from a name no more: the types stand in the token itself, in the header that the authorizer took it
 * from. Null where the two disagree on the subject: then it is not the token that was verified.
 */
function claimsOfVerifiedToken({ headers, requestContext }: HttpEvent): Fields | null {
  const { claims } = requestContext.authorizer.jwt;
  const payload = payloadOf(headers["authorization"] ?? "");
  if (!payload) return claims;
  return fieldOf(payload, "sub") === claims["sub"] ? payload : null;
}

/** What the token says, unverified; null where there is none to be read. */
function payloadOf(authorization: string): Fields | null {
  const [, encoded = ""] = /^(?:Bearer +)?[\w-]+=*\.([\w-]+)=*\.[\w-]+=*$/i.exec(authorization) ?? [];
  const payload = parseJson(Buffer.from(encoded, "base64url").toString("utf8"));
  return isObject(payload) ? payload : null;
}
