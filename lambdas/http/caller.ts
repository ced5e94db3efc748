import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import type { Admin, Caller, Chat } from "../chat/chat.ts";
import { isUserId } from "../chat/model/ids.ts";
import { isSignedOut } from "../chat/model/presence.ts";
import { Refusal, signedOut } from "../chat/model/refusal.ts";
import { recognizeUser } from "../chat/operations/recognize-user.ts";
import { fieldOf, isObject, parseJson } from "../protocol/fields.ts";
import type { Fields } from "../protocol/fields.ts";
import { identityOf, issuedAtOf } from "../runtime/claims.ts";
import type { HttpParts } from "../runtime/composition.ts";
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
 * Who administers: whoever's token has the scope, be it a person's or a machine's own. Nothing else that the token
 * says counts, and nobody comes to exist by it. The gateway has asked for the scope already, and takes it from
 * `scp` too; what is so secret is asked for twice.
 *
 * @throws Refusal `UNAUTHORIZED` where it names nobody, or one who was signed out since; `FORBIDDEN` without the scope
 */
export async function adminOf({ chat, adminScope }: HttpParts, event: HttpEvent): Promise<Admin> {
  const claims = claimsOfVerifiedToken(event);
  const adminId = claims && fieldOf(claims, "sub");
  if (!claims || !isUserId(adminId)) throw new Refusal("UNAUTHORIZED", "The token names nobody.");
  addToTrace({ userId: adminId });
  if (!scopesOf(claims, event).includes(adminScope)) {
    throw new Refusal("FORBIDDEN", `This takes a token with the scope ${adminScope}.`);
  }
  const record = await chat.users.get(adminId, "eventual");
  if (record && isSignedOut(record, issuedAtOf(claims))) throw signedOut();
  return { adminId };
}

/** A text with spaces between (RFC 6749, 3.3), in the token as in what was verified; a list is none. */
function scopesOf(claims: Fields, { requestContext }: HttpEvent): readonly string[] {
  const scope = fieldOf(claims, "scope");
  const isVerified = typeof scope === "string" && scope === requestContext.authorizer.jwt.claims["scope"];
  // The gateway writes a list so, and where the token itself cannot be read, that is all there is.
  return isVerified && !/^\[.*\]$/.test(scope) ? scope.split(" ") : [];
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
