import type { Admin } from "../chat/chat.ts";
import { isUserId } from "../chat/model/ids.ts";
import { isSignedOut } from "../chat/model/presence.ts";
import { Refusal, signedOut } from "../chat/model/refusal.ts";
import { fieldOf } from "../protocol/fields.ts";
import type { Fields } from "../protocol/fields.ts";
import { issuedAtOf } from "../runtime/claims.ts";
import type { AdminParts } from "../runtime/composition.ts";
import { addToTrace } from "../runtime/trace.ts";
import { claimsOfVerifiedToken } from "../runtime/verified-claims.ts";
import type { VerifiedEvent } from "../runtime/verified-claims.ts";

/**
 * Who administers: whoever's token has the scope, be it a person's or a machine's own. Nothing else that the token
 * says counts, and nobody comes to exist by it. The gateway has asked for the scope already, and takes it from
 * `scp` too; what is so secret is asked for twice.
 *
 * @throws Refusal `UNAUTHORIZED` where it names nobody, or one who was signed out since; `FORBIDDEN` without the scope
 */
export async function adminOf({ chat, adminScope }: AdminParts, event: VerifiedEvent): Promise<Admin> {
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
function scopesOf(claims: Fields, { requestContext }: VerifiedEvent): readonly string[] {
  const scope = fieldOf(claims, "scope");
  const isVerified = typeof scope === "string" && scope === requestContext.authorizer.jwt.claims["scope"];
  // The gateway writes a list so, and where the token itself cannot be read, that is all there is.
  return isVerified && !/^\[.*\]$/.test(scope) ? scope.split(" ") : [];
}
