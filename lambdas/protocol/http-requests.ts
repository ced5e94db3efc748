import {
  asFields,
  bad,
  content,
  ok,
  optionalClientMessageId,
  optionalSeq,
  queryLimit,
  requiredString,
  seq,
} from "./fields.ts";
import type { Decoded, Fields } from "./fields.ts";
import { DEFAULT_CONVERSATIONS_PAGE, DEFAULT_MESSAGES_PAGE, MAX_PRESENCE_IDS } from "./limits.ts";

/** A query string as the gateway hands it on: decoded, repeated keys joined by a comma. */
export type Query = Readonly<Record<string, string | undefined>>;

export interface SendRequest {
  readonly content: string;
  readonly clientMessageId: string | null;
  readonly afterSeq: number | null;
}

export function decodeSendRequest(body: string): Decoded<SendRequest> {
  return decodeBody(body, (fields) => {
    const text = content(fields);
    if (!text.ok) return text;
    const clientMessageId = optionalClientMessageId(fields);
    if (!clientMessageId.ok) return clientMessageId;
    const afterSeq = optionalSeq(fields, "afterSeq");
    if (!afterSeq.ok) return afterSeq;
    return ok({ content: text.value, clientMessageId: clientMessageId.value, afterSeq: afterSeq.value });
  });
}

export function decodeReadRequest(body: string): Decoded<{ readonly seq: number }> {
  return decodeBody(body, (fields) => {
    const position = seq(fields, "seq");
    return position.ok ? ok({ seq: position.value }) : position;
  });
}

export function decodeFindOrCreateRequest(body: string): Decoded<{ readonly otherUserId: string }> {
  return decodeBody(body, (fields) => {
    const otherUserId = requiredString(fields, "otherUserId");
    return otherUserId.ok ? ok({ otherUserId: otherUserId.value }) : otherUserId;
  });
}

export function decodeListQuery(
  query: Query,
): Decoded<{ readonly limit: number; readonly cursor: string | null }> {
  const limit = queryLimit(query["limit"], DEFAULT_CONVERSATIONS_PAGE);
  if (!limit.ok) return limit;
  // `cursor=` with nothing behind it is how a form writes the first page.
  return ok({ limit: limit.value, cursor: query["cursor"] || null });
}

export interface HistoryRequest {
  readonly limit: number;
  readonly markRead: boolean;
  /** Where the page begins, exclusive; null: at the newest message. */
  readonly from: { readonly direction: "before" | "after"; readonly messageId: string } | null;
}

export function decodeHistoryQuery(query: Query): Decoded<HistoryRequest> {
  const limit = queryLimit(query["limit"], DEFAULT_MESSAGES_PAGE);
  if (!limit.ok) return limit;
  const { before, after, markRead } = query;
  if (markRead !== undefined && markRead !== "true" && markRead !== "false") {
    return bad("markRead must be true or false.");
  }
  if (before !== undefined && after !== undefined) return bad("Give before or after, not both.");
  const page = { limit: limit.value, markRead: markRead !== "false" };
  if (before !== undefined) return ok({ ...page, from: { direction: "before", messageId: before } });
  if (after !== undefined) return ok({ ...page, from: { direction: "after", messageId: after } });
  return ok({ ...page, from: null });
}

export function decodeUserQuery(query: Query): Decoded<{ readonly userId: string }> {
  const userId = query["userId"];
  return userId ? ok({ userId }) : bad("userId must be given, percent-encoded.");
}

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

function decodeBody<T>(body: string, decode: (fields: Fields) => Decoded<T>): Decoded<T> {
  const message = "The body must be a JSON object.";
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return bad(message);
  }
  const fields = asFields(parsed);
  return fields ? decode(fields) : bad(message);
}
