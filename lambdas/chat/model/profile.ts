import type { Claims, ClaimTimes } from "./records.ts";

/** Claims as they were stored, and when they had been said. */
export interface StoredClaims {
  readonly claims: Claims;
  readonly claimedAt: ClaimTimes;
}

/**
 * What of the claims presented is to be stored: what differs and was said later. Of two tokens used in turn
 * the older one changes nothing, and neither does one of the same second: who comes first stays. Claims that
 * nobody dated give way to any.
 */
export function newsIn(stored: StoredClaims, presented: Claims, issuedAt: number | null): Claims {
  const names = Object.keys(presented) as (keyof Claims)[];
  return Object.fromEntries(
    names
      .filter((name) => (stored.claims[name] ?? null) !== presented[name])
      .filter((name) => isLater(issuedAt, stored.claimedAt[name]))
      .map((name) => [name, presented[name]]),
  );
}

const isLater = (issuedAt: number | null, storedAt: number | undefined): boolean =>
  storedAt === undefined || (issuedAt !== null && issuedAt > storedAt);
