import type { Rules } from "../chat/chat.ts";
import type { Claims, Identity } from "../chat/model/records.ts";
import { isUserId } from "../chat/model/ids.ts";
import { pictureUrl, profileText } from "../chat/model/profile-text.ts";
import { fieldOf } from "../protocol/fields.ts";
import type { Fields } from "../protocol/fields.ts";

type ProfileRules = Pick<Rules, "avatarSchemes">;

/** The one reading of a token's claims, as they stand in the token; null where they name no user. */
export function identityOf(token: Fields, rules: ProfileRules): Identity | null {
  const userId = fieldOf(token, "sub");
  if (!isUserId(userId) || isMachine(token, userId)) return null;
  return { userId, claims: claimsOf(token, rules), issuedAt: issuedAtOf(token) };
}

/**
 * A token that a machine has got for itself (client_credentials) has its client for a subject, as RFC 9068 says in
 * 2.2 and Cognito does: it is nobody who could chat.
 */
const isMachine = (token: Fields, subject: string): boolean =>
  ["client_id", "azp", "cid"].some((name) => fieldOf(token, name) === subject);

/** In seconds since the epoch; null where it does not say. As a text where the gateway has handed the claims on. */
export function issuedAtOf(token: Fields): number | null {
  const value = fieldOf(token, "iat");
  const seconds = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : null;
}

/** The claims a profile is made of, as far as the token carries them as texts. */
function claimsOf(token: Fields, { avatarSchemes }: ProfileRules): Claims {
  const handles = ["preferred_username", "cognito:username"].map((name) => textOf(token, name, profileText));
  const handle = handles.find((text) => typeof text === "string") ?? handles.find((text) => text === null);
  const fullName = textOf(token, "name", profileText);
  const picture = textOf(token, "picture", (text) => pictureUrl(text, avatarSchemes));
  return {
    ...(handle === undefined ? {} : { handle }),
    ...(fullName === undefined ? {} : { fullName }),
    ...(picture === undefined ? {} : { picture }),
  };
}

/** What can be shown of a claim: null where nothing can, undefined where it is absent or no text. */
function textOf(
  token: Fields,
  name: string,
  shown: (text: string) => string | null,
): string | null | undefined {
  const value = fieldOf(token, name);
  return typeof value === "string" ? shown(value) : undefined;
}
