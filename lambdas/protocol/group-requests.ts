import { queryLimit } from "./chat-fields.ts";
import {
  bad,
  codePoints,
  isWellFormed,
  list,
  nonEmpty,
  nullable,
  object,
  ok,
  oneOf,
  optional,
  parseJson,
  text,
  textUpTo,
} from "./fields.ts";
import type { Decoded, Decoder, ValueOf } from "./fields.ts";
import type { Query } from "./http-requests.ts";
import { DEFAULT_MEMBERS_PAGE, MAX_ADDED_AT_ONCE, MAX_CLIENT_MESSAGE_ID, MAX_TITLE } from "./limits.ts";
import { metadata } from "./metadata.ts";

/** What is asked of groups, over HTTP alone. */

/** A character that shows. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** A title: 1 to 128 code points in one line, not white space alone. */
const title: Decoder<string> = (value, name) => {
  if (typeof value !== "string") return bad(`${name} must be a string.`);
  if (codePoints(value, MAX_TITLE) > MAX_TITLE)
    return bad(`${name} must have at most ${MAX_TITLE} characters.`);
  if (!VISIBLE.test(value)) return bad(`${name} must hold more than white space and invisible characters.`);
  if (CONTROL.test(value)) return bad(`${name} must not contain control characters or line breaks.`);
  return isWellFormed(value) ? ok(value) : bad(`${name} must not contain lone surrogates.`);
};

const ids = list(nonEmpty);

const newGroup = object({
  kind: oneOf("group"),
  title,
  memberIds: ids,
  avatarUrl: optional(nullable(text), null),
  metadata: optional(nullable(metadata), null),
  history: optional<"all" | "from_join", "all">(oneOf("all", "from_join"), "all"),
  clientConversationId: optional(textUpTo(MAX_CLIENT_MESSAGE_ID), null),
});
/** A group that somebody means to make. */
export type NewGroupRequest = ValueOf<typeof newGroup>;

const details = object({
  title: optional(title, undefined),
  avatarUrl: optional(nullable(text), undefined),
  metadata: optional(nullable(metadata), undefined),
});
/** What a group is to say of itself; what is undefined stays. */
export type DetailsRequest = ValueOf<typeof details>;

const userIds: Decoder<readonly string[]> = (value, name) => {
  const decoded = ids(value, name);
  if (!decoded.ok) return decoded;
  const count = decoded.value.length;
  return count >= 1 && count <= MAX_ADDED_AT_ONCE
    ? decoded
    : bad(`${name} must name 1 to ${MAX_ADDED_AT_ONCE} users.`);
};

const roleRequest = object({ userId: nonEmpty, role: oneOf("owner", "admin", "member") });

const membersQuery = object({
  limit: queryLimit(DEFAULT_MEMBERS_PAGE),
  cursor: optional(text, null),
});
/** A page of the members; `cursor` null: the first. */
export type MembersRequest = ValueOf<typeof membersQuery>;

const inBody =
  <T>(decode: Decoder<T>) =>
  (body: string): Decoded<T> =>
    decode(parseJson(body), "The body");

export const decodeNewGroupRequest = inBody(newGroup);
export const decodeDetailsRequest = (body: string): Decoded<DetailsRequest> => {
  const decoded = inBody(details)(body);
  return decoded.ok && Object.values(decoded.value).every((value) => value === undefined)
    ? bad("title, avatarUrl or metadata must be given.")
    : decoded;
};
export const decodeAddMembersRequest = inBody(object({ userIds }));
export const decodeRoleRequest = inBody(roleRequest);

export function decodeMembersQuery(query: Query): Decoded<MembersRequest> {
  const decoded = membersQuery(query, "The query");
  // `cursor=` with nothing behind it is how a form writes the first page.
  return decoded.ok ? ok({ ...decoded.value, cursor: decoded.value.cursor || null }) : decoded;
}
