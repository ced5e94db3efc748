import type { Claims } from "../chat/model/records.ts";
import { isUserId } from "../chat/model/ids.ts";
import { fieldOf, isWellFormed } from "../protocol/fields.ts";
import type { Fields } from "../protocol/fields.ts";

const MAX_NAME = 256;
const MAX_URL = 2_048;

/** Whom a token names, and what it says of them. */
export interface Identity {
  readonly userId: string;
  readonly claims: Claims;
}

/** The one reading of a token's claims, as they stand in the token; null where they name no user. */
export function identityOf(token: Fields): Identity | null {
  const userId = fieldOf(token, "sub");
  return isUserId(userId) ? { userId, claims: claimsOf(token) } : null;
}

/** The claims a profile is made of, as far as the token carries them. */
export function claimsOf(token: Fields): Claims {
  const handle = text(token["preferred_username"], MAX_NAME) ?? text(token["cognito:username"], MAX_NAME);
  const fullName = text(token["name"], MAX_NAME);
  const picture = text(token["picture"], MAX_URL);
  return {
    ...(handle === null ? {} : { handle }),
    ...(fullName === null ? {} : { fullName }),
    ...(picture === null ? {} : { picture }),
  };
}

/** What is no text, or too long to stand in every message, counts as absent. */
const text = (value: unknown, maxLength: number): string | null =>
  typeof value === "string" && value !== "" && value.length <= maxLength && isWellFormed(value)
    ? value
    : null;
