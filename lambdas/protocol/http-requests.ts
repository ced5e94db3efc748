import { MESSAGE_TO_EDIT, MESSAGE_TO_SEND, queryLimit, seq } from "./chat-fields.ts";
import { emoji } from "./emoji.ts";
import {
  bad,
  digits,
  flag,
  nonEmpty,
  nullable,
  object,
  ok,
  oneOf,
  optional,
  parseJson,
  text,
  textBetween,
  time,
} from "./fields.ts";
import type { Decoded, Decoder, ValueOf } from "./fields.ts";
import {
  DEFAULT_CONVERSATIONS_PAGE,
  DEFAULT_MESSAGES_PAGE,
  DEFAULT_REACTIONS_PAGE,
  MAX_HANDLE_SEARCHED,
  MAX_PRESENCE_IDS,
  MIN_HANDLE_SEARCHED,
} from "./limits.ts";

/** A query's parameters, decoded. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * Reads a query as the client wrote it. The gateway's own reading joins what is given twice, and puts a
 * replacement character for what is no UTF-8: another user's id, say.
 */
export function decodeQuery(rawQuery: string): Decoded<Query> {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of rawQuery.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = percentDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : percentDecode(pair.slice(equals + 1));
    if (name === null || value === null) return bad("The query must be percent-encoded UTF-8.");
    if (name in query) return bad(`${name.slice(0, 64)} is given twice.`);
    query[name] = value;
  }
  return ok(query);
}

/** Decodes a request's body. */
export const inBody =
  <T>(decode: Decoder<T>) =>
  (body: string): Decoded<T> =>
    decode(parseJson(body), "The body");

const sendRequest = object(MESSAGE_TO_SEND);
/** A message a client means to send. `afterSeq` is the highest seq it knew when it first tried. */
export type SendRequest = ValueOf<typeof sendRequest>;

export const decodeSendRequest = inBody(sendRequest);
const editRequest = object(MESSAGE_TO_EDIT);
/** An edit a client means to make. `ifRev`: only if the message is still at this rev. */
export type EditRequest = ValueOf<typeof editRequest>;

export const decodeEditRequest = inBody(editRequest);
export const decodeReadRequest = inBody(object({ seq }));
export const decodeFindOrCreateRequest = inBody(object({ otherUserId: nonEmpty }));

const settingsRequest = object({
  pinned: optional(flag, undefined),
  archived: optional(flag, undefined),
  mutedUntil: optional(nullable(time), undefined),
});
/** What a user sets for themselves; undefined: as it was. `mutedUntil` in milliseconds since the epoch. */
export type SettingsRequest = ValueOf<typeof settingsRequest>;

export const decodeSettingsRequest = inBody(settingsRequest);

const listQuery = object({
  limit: queryLimit(DEFAULT_CONVERSATIONS_PAGE),
  cursor: optional(text, null),
  archived: optional(oneOf("true", "false"), "false"),
});
/** A page of the list, or of the archive; `cursor` null: the first. */
export type ListRequest = Omit<ValueOf<typeof listQuery>, "archived"> & { readonly archived?: boolean };

export function decodeListQuery(query: Query): Decoded<ListRequest> {
  const decoded = listQuery(query, "The query");
  // `cursor=` with nothing behind it is how a form writes the first page.
  if (!decoded.ok) return decoded;
  const { limit, cursor, archived } = decoded.value;
  return ok({ limit, cursor: cursor || null, archived: archived === "true" });
}

const historyQuery = object({
  limit: queryLimit(DEFAULT_MESSAGES_PAGE),
  markRead: optional(oneOf("true", "false"), "true"),
  before: optional(text, null),
  after: optional(text, null),
});

/** A page of the history. */
export interface HistoryRequest {
  readonly limit: number;
  readonly markRead: boolean;
  /** Where the page begins, exclusive; null: at the newest message. */
  readonly from: { readonly direction: "before" | "after"; readonly messageId: string } | null;
}

export function decodeHistoryQuery(query: Query): Decoded<HistoryRequest> {
  const decoded = historyQuery(query, "The query");
  if (!decoded.ok) return decoded;
  const { limit, markRead, before, after } = decoded.value;
  if (before !== null && after !== null) return bad("Give before or after, not both.");
  const page = { limit, markRead: markRead === "true" };
  if (before !== null) return ok({ ...page, from: { direction: "before", messageId: before } });
  if (after !== null) return ok({ ...page, from: { direction: "after", messageId: after } });
  return ok({ ...page, from: null });
}

/** The seq of a message, as a path bears it. */
export const decodeSeq = (text: string | undefined): Decoded<number> =>
  digits(0, Number.MAX_SAFE_INTEGER)(text, "seq");

const reactionQuery = object({ emoji });

export const decodeReactionQuery = (query: Query): Decoded<{ readonly emoji: string }> =>
  reactionQuery(query, "The query");

const reactionsQuery = object({
  limit: queryLimit(DEFAULT_REACTIONS_PAGE),
  emoji: optional<string, null>(emoji, null),
  cursor: optional(text, null),
});
/** A page of who reacted to a message; `emoji` null: with any. */
export type ReactionsRequest = ValueOf<typeof reactionsQuery>;

export const decodeReactionsQuery = (query: Query): Decoded<ReactionsRequest> =>
  reactionsQuery(query, "The query");

export function decodeUserQuery(query: Query): Decoded<{ readonly userId: string }> {
  const userId = query["userId"];
  return userId ? ok({ userId }) : bad("userId must be given, percent-encoded.");
}

const searchQuery = object({ handle: textBetween(MIN_HANDLE_SEARCHED, MAX_HANDLE_SEARCHED) });

export const decodeSearchQuery = (query: Query): Decoded<{ readonly handle: string }> =>
  searchQuery(query, "The query");

/**
 * `userIds=a,b`, each id percent-encoded before joining. It is read from the raw query string: once the
 * gateway has decoded the value, a comma inside an id looks like one between ids. A client that lets
 * URLSearchParams encode the joined text sends `%2C` for the joining commas: then the decoded value is
 * read as the list, and as one id that contains commas.
 */
export function decodePresenceQuery(rawQuery: string): Decoded<{ readonly userIds: readonly string[] }> {
  const message = `userIds must be 1 to ${MAX_PRESENCE_IDS} user ids, each percent-encoded, joined by commas.`;
  const raw = rawParameter(rawQuery, "userIds");
  if (!raw) return bad(message);
  const once = raw.split(",").map(percentDecode);
  if (once.some((id) => id === null || id === "")) return bad(message);
  const ids = [...(once as string[])];
  if (ids.length === 1 && ids[0]!.includes(",")) {
    ids.push(...ids[0]!.split(",").flatMap((id) => percentDecode(id) ?? []));
  }
  const userIds = [...new Set(ids.filter((id) => id !== ""))];
  const asked = ids.length > 1 && once.length === 1 ? userIds.length - 1 : userIds.length;
  return asked <= MAX_PRESENCE_IDS ? ok({ userIds }) : bad(message);
}

function rawParameter(rawQuery: string, name: string): string | undefined {
  for (const pair of rawQuery.split("&")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && percentDecode(pair.slice(0, equals)) === name) return pair.slice(equals + 1);
  }
  return undefined;
}

function percentDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    return null;
  }
}
