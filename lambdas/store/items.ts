import {
  finite,
  flag,
  integer,
  isObject,
  list,
  ok,
  bad,
  nonEmpty,
  nullable,
  object,
  oneOf,
  optional,
  parseJson,
  record,
  text,
  variants,
} from "../protocol/fields.ts";
import type { Decoder } from "../protocol/fields.ts";
import type { Metadata } from "../chat/model/records.ts";

/** What the stored items look like, read. What is null is not stored. */

/** An item as the document client gives it. */
export type Item = Record<string, unknown>;

/** Reads an item; one that looks otherwise was written by somebody else, and is an error of ours. */
export function readItem<T>(decode: Decoder<T>, item: unknown): T {
  const decoded = decode(item, "The item");
  if (!decoded.ok) throw new Error(`The table holds an item that cannot be read: ${decoded.message}`);
  return decoded.value;
}

/**
 * What is null, an empty list or a rev of 0 takes no room in the table: reading puts it back. Metadata is kept as
 * the text it came as: the table's own numbers end at 1E126, and its maps keep no order.
 */
export const withoutDefaults = (fields: Item): Item =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(
        ([name, value]) =>
          value !== null && !(Array.isArray(value) && value.length === 0) && !(name === "rev" && value === 0),
      )
      .map(([name, value]) => [name, name === "metadata" ? JSON.stringify(value) : value]),
  );

const count = integer(0, Number.MAX_SAFE_INTEGER);

const one =
  <T>(item: Decoder<T>): Decoder<readonly [T]> =>
  (value, name) => {
    const decoded = list(item)(value, name);
    if (!decoded.ok) return decoded;
    const [first, ...others] = decoded.value;
    return first === undefined || others.length > 0 ? bad(`${name} must have one entry.`) : ok([first]);
  };

export const keyItem = object({ pk: nonEmpty, sk: nonEmpty });

const presenceState = oneOf("off", "on", "leaving");

export const userItem = object({
  id: nonEmpty,
  handle: optional(text, null),
  fullName: optional(text, null),
  picture: optional(text, null),
  handleAt: optional(finite, null),
  fullNameAt: optional(finite, null),
  pictureAt: optional(finite, null),
  state: presenceState,
  version: count,
  revision: count,
  lastSeenAt: optional(finite, null),
  signedOutAt: optional(finite, null),
  connections: record(
    object({ lease: finite, since: finite, rooms: record(flag), takesBatches: optional(flag, undefined) }),
  ),
});

/** A user in the index by handle, which holds keys only. */
export const handlePlace = object({ pk: nonEmpty, handleFolded: nonEmpty });

/** A user item in a stream record, of which only texts and numbers are read. */
export const presenceImage = object({
  id: nonEmpty,
  state: presenceState,
  version: count,
  lastSeenAt: optional(finite, null),
  changedAt: optional(finite, 0),
});

const jsonObject: Decoder<Metadata> = (value, name) => {
  const read = typeof value === "string" ? parseJson(value) : value;
  return isObject(read) ? ok(read) : bad(`${name} must be a JSON object.`);
};

const role = oneOf("owner", "admin", "member");

const ownSettings = {
  pinned: optional(flag, undefined),
  archiveTurn: optional(count, undefined),
  mutedUntil: optional(finite, undefined),
};

const reaction = object({ emoji: nonEmpty, count, userIds: list(nonEmpty) });

/** What is as it was sent is not stored. */
const messageState = {
  rev: optional(count, 0),
  content: text,
  mentions: optional(list(nonEmpty), []),
  metadata: optional(jsonObject, null),
  replyToSeq: optional(count, null),
  editedAt: optional(finite, null),
  deletedAt: optional(finite, null),
  pinnedAt: optional(finite, null),
  reactions: optional(list(reaction), []),
};

const groupDetails = {
  title: text,
  avatarUrl: optional(nullable(text), null),
  metadata: optional(nullable(jsonObject), null),
  history: oneOf("all", "from_join"),
};

const someDetails = {
  title: optional(text, undefined),
  avatarUrl: optional(nullable(text), undefined),
  metadata: optional(nullable(jsonObject), undefined),
};

/** What is null in an event says something: it is stored as it is. */
const groupEvent = variants("event", {
  created: object({
    ...groupDetails,
    userIds: list(nonEmpty),
    avatarUrl: optional(nullable(text), null),
    metadata: optional(nullable(jsonObject), null),
  }),
  members_added: object({ userIds: list(nonEmpty) }),
  member_removed: object({ userIds: one(nonEmpty) }),
  member_left: object({ userIds: one(nonEmpty), successor: optional(nullable(nonEmpty), null) }),
  role_changed: object({ userIds: one(nonEmpty), role }),
  details_changed: object(someDetails),
});

export const headItem = object({
  id: nonEmpty,
  participants: list(
    object({
      id: nonEmpty,
      readSeq: count,
      readAt: optional(finite, null),
      stepSeq: count,
      wrote: optional(flag, undefined),
      mentionedSeq: optional(count, undefined),
      blocked: optional(flag, undefined),
      ...ownSettings,
    }),
  ),
  group: optional(
    object({
      ...groupDetails,
      memberCount: count,
      membershipSeq: count,
      systemCount: count,
      systemSeqs: optional(list(count), []),
    }),
    null,
  ),
  archive: optional(object({ marks: count, wakesAt: optional(finite, null) }), undefined),
  createdAt: finite,
  lastSeq: count,
  lastMessage: optional(
    object({
      ...messageState,
      seq: count,
      senderId: nonEmpty,
      truncated: flag,
      clientMessageId: optional(nonEmpty, null),
      createdAt: finite,
      system: optional(groupEvent, null),
    }),
    null,
  ),
  lastMessageAt: optional(finite, null),
  activityAt: finite,
  largest: optional(count, 0),
  lastRev: optional(count, 0),
  pins: optional(list(count), []),
});

const givenUntil = optional(finite, 0);
/** Up to when each rate is given out, in milliseconds since the epoch. */
export const allowanceItem = object({
  sends: givenUntil,
  typing: givenUntil,
  reads: givenUntil,
  joins: givenUntil,
  lookups: givenUntil,
  /** Conversations made in the hour that began at `madeFrom`. */
  made: optional(count, 0),
  madeFrom: optional(finite, 0),
});

export const readStepItem = object({ sk: nonEmpty, at: finite });

const messageMark = {
  pk: nonEmpty,
  sk: nonEmpty,
  senderId: nonEmpty,
  clientMessageId: optional(nonEmpty, null),
  attemptId: nonEmpty,
};

/** What tells a message from others. */
export const markItem = object(messageMark);

export const messageItem = object({
  ...messageState,
  ...messageMark,
  createdAt: finite,
  system: optional(groupEvent, null),
});

export const changeItem = object({
  pk: nonEmpty,
  sk: nonEmpty,
  seq: count,
  userId: nonEmpty,
  change: variants("type", {
    edit: object({
      said: optional(
        object({
          content: text,
          mentions: optional(list(nonEmpty), []),
          metadata: optional(jsonObject, null),
        }),
        null,
      ),
    }),
    delete: object({}),
    react: object({ emoji: nonEmpty, on: flag }),
    pin: object({ on: flag }),
    erase: object({}),
  }),
  attemptId: nonEmpty,
  at: finite,
});

export const mentionItem = object({ rev: count, on: flag });

export const memberItem = object({
  userId: nonEmpty,
  role: optional(role, null),
  joinedAt: finite,
  joinedSeq: count,
  asOfSeq: count,
  readSeq: count,
  readSystems: count,
  readAt: optional(finite, null),
  mentionedSeq: optional(count, undefined),
  ...ownSettings,
});

export const reactionsItem = object({ userId: nonEmpty, rev: count });

/** When, and by which change; of one that was put there before changes were kept with it, when alone: it comes first. */
export const reactionPut: Decoder<{ readonly at: number; readonly rev: number }> = (value, name) => {
  const [at, rev = 0] = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  return object({ at: finite, rev: count })({ at, rev }, name);
};

export const blockItem = object({ userId: nonEmpty, at: finite });

/** Without a peer it is a group's, `gone` where the user belongs to it no more. */
export const inboxItem = object({
  sk: nonEmpty,
  peer: optional(nonEmpty, null),
  gone: optional(flag, false),
  archiveTurn: optional(count, 0),
});
/** A row in the index by activity, which holds keys only. */
export const inboxPlace = object({ sk: nonEmpty, activity: finite });

export const groupClaimItem = object({ conversationId: nonEmpty });

export const pairItem = object({
  pk: nonEmpty,
  conversationId: nonEmpty,
  createdAt: finite,
  createdBy: optional(nonEmpty, null),
});
