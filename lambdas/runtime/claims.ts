import type { Claims } from "../chat/model/records.ts";
import { isWellFormed } from "../protocol/fields.ts";

const MAX_NAME = 256;
const MAX_URL = 2_048;

/** The claims a profile is made of, as far as the token carries them. */
export function claimsOf(token: Readonly<Record<string, unknown>>): Claims {
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
