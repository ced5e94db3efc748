import type { Caller, Chat } from "../chat/chat.ts";
import { Refusal, signedOut } from "../chat/model/refusal.ts";
import { recognizeUser } from "../chat/operations/recognize-user.ts";
import { identityOf } from "../runtime/claims.ts";
import { addToTrace } from "../runtime/trace.ts";
import { claimsOfVerifiedToken } from "../runtime/verified-claims.ts";
import type { VerifiedEvent } from "../runtime/verified-claims.ts";

/**
 * Who asks: whom the token names that the gateway's authorizer has verified.
 *
 * @throws Refusal `UNAUTHORIZED` where it names no user, or one who was signed out since
 */
export async function callerOf(chat: Chat, event: VerifiedEvent): Promise<Caller> {
  const claims = claimsOfVerifiedToken(event);
  const identity = claims && identityOf(claims, chat.rules);
  if (!identity) throw new Refusal("UNAUTHORIZED", "The token names no user.");
  addToTrace({ userId: identity.userId });
  if (!(await recognizeUser(chat, identity))) throw signedOut();
  return { userId: identity.userId, connectionId: null };
}
