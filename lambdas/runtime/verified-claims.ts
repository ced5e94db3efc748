import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { fieldOf, isObject, parseJson } from "../protocol/fields.ts";
import type { Fields } from "../protocol/fields.ts";

/** What of an event tells who asks. */
export type VerifiedEvent = Pick<APIGatewayProxyEventV2WithJWTAuthorizer, "headers" | "requestContext">;

/**
 * The gateway hands every claim on as text (12345 as "12345", null as "null", a list as "[a b]"), which tells
 * a number from a name no more: the types stand in the token itself, in the header that the authorizer took it
 * from. Null where the two disagree on the subject: then it is not the token that was verified.
 */
export function claimsOfVerifiedToken({ headers, requestContext }: VerifiedEvent): Fields | null {
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
