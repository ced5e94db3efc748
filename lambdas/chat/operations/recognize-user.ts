import type { Chat } from "../chat.ts";
import { isSignedOut } from "../model/presence.ts";
import { newsIn } from "../model/profile.ts";
import type { StoredClaims } from "../model/profile.ts";
import type { Identity } from "../model/records.ts";

/** With what a read may lag behind, a signing out is known everywhere within a minute. */
const REMEMBER_MS = 50 * 1000;

/**
 * A user exists from the first time they authenticate, and a changed claim is stored the next time, unless a
 * later token has said otherwise. Answers whether the token counts: one that was issued before its user was signed
 * out does not, and stores nothing. Costs nothing for a token no later than those this environment has met in the
 * last 50 seconds, half a read unit otherwise. Refuses nothing: errors are ours.
 */
export async function recognizeUser(
  chat: Pick<Chat, "users" | "memory" | "clock">,
  { userId, claims, issuedAt }: Identity,
): Promise<boolean> {
  const now = chat.clock.now();
  const newsTo = (stored: StoredClaims): boolean => Object.keys(newsIn(stored, claims, issuedAt)).length > 0;
  const remembered = chat.memory.claims.get(userId);
  // A later token may bring back what another environment has overwritten since: only the table can tell.
  const isFamiliar = remembered !== undefined && (issuedAt ?? 0) <= remembered.latestIssue;
  if (isFamiliar && now - remembered.at < REMEMBER_MS && !newsTo(remembered)) {
    return !isSignedOut(remembered, issuedAt);
  }
  const stored = await chat.users.get(userId, "eventual");
  if (!stored && (await chat.users.isErased(userId))) return false;
  const known =
    stored && (isSignedOut(stored, issuedAt) || !newsTo(stored))
      ? stored
      : await chat.users.saveClaims(userId, stored ? newsIn(stored, claims, issuedAt) : claims, issuedAt);
  chat.memory.claims.set(userId, {
    claims: known.claims,
    claimedAt: known.claimedAt,
    signedOutAt: known.signedOutAt,
    at: now,
    latestIssue: Math.max(issuedAt ?? 0, remembered?.latestIssue ?? 0),
  });
  return !isSignedOut(known, issuedAt);
}
