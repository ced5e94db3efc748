import { content } from "./content.ts";
import { digits, integer, nonEmpty, nullable, optional, textUpTo } from "./fields.ts";
import type { Decoder } from "./fields.ts";
import { MAX_CLIENT_MESSAGE_ID, MAX_PAGE, MAX_USER_ID } from "./limits.ts";
import { mentions } from "./mentions.ts";
import { metadata } from "./metadata.ts";

/** The fields that both APIs take. */

export const conversationId = nonEmpty;
export const userId = textUpTo(MAX_USER_ID);
export const clientMessageId = textUpTo(MAX_CLIENT_MESSAGE_ID);
/** A position in a conversation's log. */
export const seq = integer(0, Number.MAX_SAFE_INTEGER);
export const limit = (otherwise: number): Decoder<number> => optional(integer(1, MAX_PAGE), otherwise);
export const queryLimit = (otherwise: number): Decoder<number> => optional(digits(1, MAX_PAGE), otherwise);

/** What an edit says; what it leaves out stays. */
export const MESSAGE_TO_EDIT = {
  content: optional(content, undefined),
  mentions: optional(mentions, undefined),
  /** null: the message has none from then on. */
  metadata: optional(nullable(metadata), undefined),
  ifRev: optional(seq, null),
} as const;

/** What a client says of a message it means to send, by whichever API. */
export const MESSAGE_TO_SEND = {
  content,
  clientMessageId: optional(clientMessageId, null),
  afterSeq: optional(seq, null),
  replyToSeq: optional(integer(1, Number.MAX_SAFE_INTEGER), null),
  mentions: optional<readonly string[], readonly string[]>(mentions, []),
  metadata: optional(nullable(metadata), null),
} as const;
