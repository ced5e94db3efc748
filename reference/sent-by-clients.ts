import {
  DEFAULT_CONVERSATIONS_PAGE,
  DEFAULT_MEMBERS_PAGE,
  DEFAULT_MESSAGES_PAGE,
  DEFAULT_REACTIONS_PAGE,
  MAX_ADDED_AT_ONCE,
  MAX_CLIENT_MESSAGE_ID,
  MAX_CONTENT_CODE_POINTS,
  MAX_EMOJI_BYTES,
  MAX_FRAME_ID,
  MAX_HANDLE_SEARCHED,
  MAX_MENTIONS,
  MAX_MENTIONS_BYTES,
  MAX_METADATA_BYTES,
  MAX_METADATA_LEVELS,
  MAX_PAGE,
  MAX_PRESENCE_IDS,
  MAX_TITLE,
  MAX_USER_ID,
  MIN_HANDLE_SEARCHED,
} from "../lambdas/protocol/limits.ts";
import { TIME } from "../lambdas/protocol/fields.ts";
import { EMOJI_PATTERN } from "../lambdas/protocol/emoji.ts";
import { PING } from "../lambdas/protocol/routes.ts";
import type { Action, HttpRoute } from "../lambdas/protocol/routes.ts";
import { objectOf } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

/*
 * What clients may send, as JSON Schema. The decoders carry none (docs/adr/0007), so it is written here a second
 * time, and test/fuzz/reference.test.ts holds the two together: what one takes, the other takes. Lengths count
 * code points, as in JSON Schema itself; patterns are ECMA-262's with the flag `u`.
 */

/** What a decoder calls well-formed: no half of a surrogate pair. */
const WELL_FORMED: JsonSchema = { not: { pattern: "\\p{Surrogate}" } };

const conversationId: JsonSchema = {
  type: "string",
  minLength: 1,
  description: "An id that find-or-create or the list has told; opaque.",
};
const position = (description: string): JsonSchema => ({
  type: "integer",
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description,
});
const limit = (otherwise: number): JsonSchema => ({
  type: "integer",
  minimum: 1,
  maximum: MAX_PAGE,
  default: otherwise,
  description: "How many at most.",
});

const mentions: JsonSchema = {
  type: "array",
  maxItems: MAX_MENTIONS,
  uniqueItems: true,
  items: { type: "string", minLength: 1, maxLength: MAX_USER_ID, ...WELL_FORMED },
  description: `Ids of participants; at most ${MAX_MENTIONS_BYTES} bytes as JSON.`,
};
const metadata: JsonSchema = {
  type: ["object", "null"],
  description: `The integrator's own, stored and returned unchanged: at most ${MAX_METADATA_BYTES} bytes as JSON, at most ${MAX_METADATA_LEVELS} levels, no field \`__proto__\`. null: none.`,
  examples: [{ card: 7 }, {}, null],
};

const MESSAGE_TO_SEND = {
  content: {
    type: "string",
    minLength: 1,
    maxLength: MAX_CONTENT_CODE_POINTS,
    // One character at least that shows.
    pattern: "[^\\p{White_Space}\\p{Default_Ignorable_Code_Point}\\u2800]",
    not: { pattern: "[\\u0000\\p{Surrogate}]" },
    description: "The text; stored and returned unchanged.",
  },
  clientMessageId: {
    type: "string",
    minLength: 1,
    maxLength: MAX_CLIENT_MESSAGE_ID,
    ...WELL_FORMED,
    description: "The sender's own id of this message: a repeat with the same one stores nothing.",
  },
  afterSeq: position("The highest seq of the conversation known at the first try; the same in every repeat."),
  replyToSeq: { ...position("The message it answers."), minimum: 1 },
  mentions,
  metadata,
} as const satisfies Record<string, JsonSchema>;
const OPTIONAL_OF_MESSAGE = ["clientMessageId", "afterSeq", "replyToSeq", "mentions", "metadata"];

const MESSAGE_TO_EDIT = {
  content: MESSAGE_TO_SEND.content,
  mentions,
  metadata,
  ifRev: position("Only if the message is still at this rev."),
} as const satisfies Record<string, JsonSchema>;
const OPTIONAL_OF_EDIT = ["content", "mentions", "metadata", "ifRev"];

const title: JsonSchema = {
  type: "string",
  minLength: 1,
  maxLength: MAX_TITLE,
  pattern: "[^\\p{White_Space}\\p{Default_Ignorable_Code_Point}\\u2800]",
  not: { pattern: "[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Surrogate}]" },
  description: "One line that shows something.",
};
const avatarUrl: JsonSchema = {
  type: ["string", "null"],
  description: "An https address of at most 2,048 characters. null: none.",
  examples: ["https://pictures.example/7", null],
};
const userIds: JsonSchema = { type: "array", items: { type: "string", minLength: 1 } };

const emoji: JsonSchema = {
  type: "string",
  pattern: EMOJI_PATTERN,
  description: `One emoji, of at most ${MAX_EMOJI_BYTES} bytes of UTF-8.`,
  examples: ["👍", "❤️", "🇪🇺", "👩‍👩‍👧"],
};
const messageSeq = position("The message's seq.");

const frame = (
  action: Action | typeof PING,
  fields: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema =>
  objectOf(
    {
      action: { type: "string", const: action },
      id: {
        type: "string",
        minLength: 1,
        maxLength: MAX_FRAME_ID,
        ...WELL_FORMED,
        description: "The client's own; the answer bears it. Without it there is no ack.",
      },
      ...fields,
    },
    ["id", ...optional],
  );

/** The frame of each action. */
export const FRAMES: Readonly<Record<Action, JsonSchema>> = {
  join_conversation: frame("join_conversation", { conversationId }),
  leave_conversation: frame("leave_conversation", { conversationId }),
  send_message: frame("send_message", { conversationId, ...MESSAGE_TO_SEND }, OPTIONAL_OF_MESSAGE),
  edit_message: frame(
    "edit_message",
    { conversationId, seq: messageSeq, ...MESSAGE_TO_EDIT },
    OPTIONAL_OF_EDIT,
  ),
  delete_message: frame("delete_message", { conversationId, seq: messageSeq }),
  react: frame("react", {
    conversationId,
    seq: messageSeq,
    emoji,
    on: { type: "boolean", description: "Whether it is to be there, or gone." },
  }),
  typing_start: frame("typing_start", { conversationId }),
  typing_stop: frame("typing_stop", { conversationId }),
  mark_read: frame("mark_read", { conversationId, seq: position("Up to which it is read.") }),
  sync: frame(
    "sync",
    {
      conversationId,
      afterSeq: position("The highest seq without a gap below it."),
      afterRev: position("The `rev` of the last answer; without it no changes are told."),
      limit: limit(DEFAULT_MESSAGES_PAGE),
    },
    ["afterRev", "limit"],
  ),
};

/** The gateway looks at nothing but the action. */
export const PING_FRAME: JsonSchema = objectOf({ action: { type: "string", const: PING } });

/** What a route takes beside its path. */
export interface HttpRequestShape {
  /** A query's parameters; `required` names those that must be there. */
  readonly query?: JsonSchema;
  readonly body?: JsonSchema;
}

const userId: JsonSchema = { type: "string", minLength: 1, maxLength: MAX_USER_ID, ...WELL_FORMED };

const text = (description: string): JsonSchema => ({ type: "string", description });

/** The request of each route. */
export const REQUESTS: Readonly<Record<HttpRoute, HttpRequestShape>> = {
  "GET /api/conversations": {
    query: objectOf(
      {
        limit: limit(DEFAULT_CONVERSATIONS_PAGE),
        cursor: text("`nextCursor` of the page before; empty or missing: the first page."),
        archived: {
          type: "string",
          enum: ["true", "false"],
          default: "false",
          description: "The archive, or what is not in it.",
        },
      },
      ["limit", "cursor", "archived"],
    ),
  },
  "POST /api/conversations": {
    body: objectOf(
      {
        kind: { type: "string", enum: ["group"] },
        title,
        memberIds: { ...userIds, description: "All but the one who makes it." },
        avatarUrl,
        metadata,
        history: {
          type: "string",
          enum: ["all", "from_join"],
          default: "all",
          description: "Whether who joins later sees what was said before.",
        },
        clientConversationId: {
          type: "string",
          minLength: 1,
          maxLength: MAX_CLIENT_MESSAGE_ID,
          ...WELL_FORMED,
          description: "Makes a repeat one.",
        },
      },
      ["avatarUrl", "metadata", "history", "clientConversationId"],
    ),
  },
  "GET /api/conversations/{conversationId}": {},
  "PATCH /api/conversations/{conversationId}": {
    body: {
      ...objectOf({ title, avatarUrl, metadata }, ["title", "avatarUrl", "metadata"]),
      description: "At least one of them; what is left out stays.",
    },
  },
  "GET /api/conversations/{conversationId}/members": {
    query: objectOf(
      {
        limit: limit(DEFAULT_MEMBERS_PAGE),
        cursor: text("`nextCursor` of the page before; empty or missing: the first page."),
      },
      ["limit", "cursor"],
    ),
  },
  "POST /api/conversations/{conversationId}/members": {
    body: objectOf({ userIds: { ...userIds, minItems: 1, maxItems: MAX_ADDED_AT_ONCE } }),
  },
  "DELETE /api/conversations/{conversationId}/members": {
    query: objectOf({ userId: { type: "string", minLength: 1 } }),
  },
  "PUT /api/conversations/{conversationId}/members/role": {
    body: objectOf({
      userId: { type: "string", minLength: 1 },
      role: { type: "string", enum: ["owner", "admin", "member"] },
    }),
  },
  "GET /api/conversations/{conversationId}/messages": {
    query: objectOf(
      {
        limit: limit(DEFAULT_MESSAGES_PAGE),
        markRead: {
          type: "string",
          enum: ["true", "false"],
          default: "true",
          description: "Whether what is returned is marked as read.",
        },
        before: text("A message's id: the page ends before it. Not together with `after`."),
        after: text("A message's id: the page begins behind it. Not together with `before`."),
      },
      ["limit", "markRead", "before", "after"],
    ),
  },
  "POST /api/conversations/{conversationId}/messages": {
    body: objectOf(MESSAGE_TO_SEND, OPTIONAL_OF_MESSAGE),
  },
  "PATCH /api/conversations/{conversationId}/messages/{seq}": {
    body: objectOf(MESSAGE_TO_EDIT, OPTIONAL_OF_EDIT),
  },
  "DELETE /api/conversations/{conversationId}/messages/{seq}": {},
  "GET /api/conversations/{conversationId}/messages/{seq}/reactions": {
    query: objectOf(
      {
        limit: limit(DEFAULT_REACTIONS_PAGE),
        emoji,
        cursor: text("`nextCursor` of the page before; empty or missing: the first page."),
      },
      ["limit", "emoji", "cursor"],
    ),
  },
  "PUT /api/conversations/{conversationId}/messages/{seq}/reactions": { query: objectOf({ emoji }) },
  "DELETE /api/conversations/{conversationId}/messages/{seq}/reactions": { query: objectOf({ emoji }) },
  "PUT /api/conversations/{conversationId}/messages/{seq}/pin": {},
  "DELETE /api/conversations/{conversationId}/messages/{seq}/pin": {},
  "GET /api/conversations/{conversationId}/pins": {},
  "POST /api/conversations/{conversationId}/read": {
    body: objectOf({ seq: position("Up to which it is read.") }),
  },
  "PATCH /api/conversations/{conversationId}/settings": {
    body: objectOf(
      {
        pinned: { type: "boolean" },
        archived: {
          type: "boolean",
          description: "Out of the list; a message of somebody else's brings it back unless it is muted.",
        },
        mutedUntil: {
          type: ["string", "null"],
          pattern: TIME.source,
          description: "A time with milliseconds; null, or one that is past: not muted.",
        },
      },
      ["pinned", "archived", "mutedUntil"],
    ),
  },
  "POST /api/conversations/find-or-create": {
    body: objectOf({ otherUserId: { type: "string", minLength: 1 } }),
  },
  "GET /api/users": {
    query: objectOf({ userId: { type: "string", minLength: 1 } }),
  },
  "GET /api/users/search": {
    query: objectOf({
      handle: {
        type: "string",
        minLength: MIN_HANDLE_SEARCHED,
        maxLength: MAX_HANDLE_SEARCHED,
        ...WELL_FORMED,
        description: "How it begins; case does not matter.",
      },
    }),
  },
  "GET /api/presence": {
    query: objectOf({
      userIds: {
        type: "array",
        items: { type: "string", minLength: 1 },
        minItems: 1,
        maxItems: MAX_PRESENCE_IDS,
        description: "Each percent-encoded, then joined by commas.",
      },
    }),
  },
  "GET /api/blocks": {},
  "PUT /api/blocks": { query: objectOf({ userId: { type: "string", minLength: 1 } }) },
  "DELETE /api/blocks": { query: objectOf({ userId: { type: "string", minLength: 1 } }) },
  "PUT /api/admin/users": {
    body: objectOf(
      {
        userId: { ...userId, description: "The `sub` of their tokens." },
        name: text("The handle."),
        displayName: text("The name."),
        avatarUrl: { type: ["string", "null"], description: "Of the picture; null: none." },
      },
      ["name", "displayName", "avatarUrl"],
    ),
  },
  "POST /api/admin/users/sign-out": { body: objectOf({ userId }) },
  "GET /api/admin/users/export": {
    query: objectOf({ userId: { type: "string", minLength: 1 }, cursor: text("Of the page before.") }, [
      "cursor",
    ]),
  },
  "POST /api/admin/users/erase": {
    body: objectOf({
      userId,
      messages: { enum: ["keep", "delete"], description: "What becomes of the messages they have written." },
    }),
  },
  "GET /api/admin/jobs/{jobId}": {},
  "POST /api/admin/conversations/{conversationId}/messages": {
    body: objectOf(
      {
        content: MESSAGE_TO_SEND.content,
        senderId: {
          ...userId,
          description: "In whose name: a participant; left out, it is the system's own.",
        },
        clientMessageId: MESSAGE_TO_SEND.clientMessageId,
        metadata,
      },
      ["senderId", "metadata"],
    ),
  },
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}": {},
};
