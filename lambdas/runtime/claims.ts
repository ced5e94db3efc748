import type { Claims, Identity } from "../chat/model/records.ts";
import { isUserId } from "../chat/model/ids.ts";
import { fieldOf, isWellFormed } from "../protocol/fields.ts";
import type { Fields } from "../protocol/fields.ts";

const MAX_NAME = 256;
const MAX_URL = 2_048;

/** The one reading of a token's claims, as they stand in the token; null where they name no user. */
export function identityOf(token: Fields): Identity | null {
  const userId = fieldOf(token, "sub");
  return isUserId(userId) ? { userId, claims: claimsOf(token), issuedAt: issuedAtOf(token) } : null;
}

/** As a text where the gateway has handed the claims on. */
function issuedAtOf(token: Fields): number | null {
  const value = fieldOf(token, "iat");
  const seconds = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : null;
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
