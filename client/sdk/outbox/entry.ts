import { isContent } from "../../../lambdas/protocol/content.ts";
import { MAX_CONTENT_CODE_POINTS } from "../../../lambdas/protocol/limits.ts";
import type { Metadata } from "../../../lambdas/protocol/objects.ts";
import type { ChatErrorCode } from "../chat-error.ts";
import type { Change, MessageEdit } from "./change.ts";

/** What one says of a message that is to be sent. */
export interface MessageToSend {
  readonly content: string;
  /** The message of this conversation that it answers. */
  readonly replyToSeq?: number;
  /** Ids of participants. */
  readonly mentions?: readonly string[];
  /** The app's own, as JSON. */
  readonly metadata?: Metadata | null;
}

/** A message that is to be sent, or a change that is to be made, as it is kept. Unchanged from its first try on, so that a repeat is known. */
export interface Entry extends MessageToSend {
  readonly conversationId: string;
  readonly clientMessageId: string;
  /** Set where it is no message: that has no content. */
  readonly change?: Change;
  /** Of the entries of one conversation the lowest goes first. */
  readonly order: number;
  /** When it was written, in milliseconds since the epoch, by the clock here. */
  readonly writtenAt: number;
  /** The highest seq known when it was first tried; null before. */
  readonly afterSeq: number | null;
  /** Set once it was refused for good. */
  readonly refusal: { readonly code: ChatErrorCode; readonly message: string } | null;
}

const PREFIX = "out/";

export const entryKey = ({ conversationId, clientMessageId }: Entry): string =>
  `${PREFIX}${conversationId}/${clientMessageId}`;

export const isEntryKey = (key: string): boolean => key.startsWith(PREFIX);

/** An entry as it was kept; null for what is none, of another version or broken. */
export function readEntry(value: unknown): Entry | null {
  const { conversationId, clientMessageId, content, order, writtenAt } = (value ?? {}) as Partial<Entry>;
  const holds =
    [conversationId, clientMessageId, content].every((text) => typeof text === "string") &&
    // A time that cannot be shown would break whatever shows it.
    [order, new Date(writtenAt!).getTime()].every(Number.isFinite);
  return holds ? ({ afterSeq: null, refusal: null, ...(value as object) } as Entry) : null;
}

/** Why the server would not take it; null: it would. */
export function refusalOf({ content, change }: Pick<Entry, "content" | "change">): Entry["refusal"] {
  const text: unknown = change ? (change as MessageEdit).content : content;
  const isGood = text === undefined ? change : typeof text === "string" && isContent(text);
  return isGood
    ? null
    : {
        code: "INVALID_REQUEST",
        message: `A message has 1 to ${MAX_CONTENT_CODE_POINTS} characters, some visible.`,
      };
}
