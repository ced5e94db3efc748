import { isObject } from "../../protocol/fields.ts";
import type { MessageChange, MessageRecord, Said } from "./records.ts";
import { Refusal } from "./refusal.ts";

/** Who may change what of a message, as of the change's place in the second log. Null: it is as asked already. */

/** So many different emojis a message bears at most. */
const MAX_EMOJIS = 20;
/** So many messages of a conversation are pinned at most. */
const MAX_PINS = 50;

/**
 * @throws Refusal `FORBIDDEN` for another's, or a system message; `CONFLICT` once it is deleted, or has changed since
 *   `ifRev`; `INVALID_REQUEST` where it would mention strangers
 */
export function judgeEdit(
  message: MessageRecord,
  userId: string,
  {
    said,
    ifRev,
    namesStrangers,
  }: { readonly said: Partial<Said>; readonly ifRev: number | null; readonly namesStrangers: boolean },
): MessageChange | null {
  if (message.system) throw isSystem();
  if (message.senderId !== userId) throw new Refusal("FORBIDDEN", "Only its sender may edit a message.");
  if (message.deletedAt !== null) throw isDeleted();
  const { content, mentions, metadata } = message;
  const after: Said = { content, mentions, metadata, ...said };
  // Before `ifRev`: the repeat of an edit that was made finds what it says, and a later rev.
  if (isSame(after, { content, mentions, metadata })) return null;
  if (namesStrangers) throw mentionsStrangers();
  if (ifRev !== null && ifRev !== message.rev) {
    throw new Refusal("CONFLICT", `The message has changed since: its rev is ${message.rev}.`);
  }
  return { type: "edit", said: after };
}

/** As JSON, whose objects have no order. */
const isSame = (a: Said, b: Said): boolean => inOrder(a) === inOrder(b);
const inOrder = (said: Said): string =>
  JSON.stringify(said, (_name, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );

/** @throws Refusal `FORBIDDEN` for another's, unless one moderates, and for a system message */
export function judgeDelete(
  message: MessageRecord,
  userId: string,
  { moderates }: { readonly moderates: boolean },
): MessageChange | null {
  if (message.system) throw isSystem();
  if (message.senderId !== userId && !moderates)
    throw new Refusal("FORBIDDEN", "Only its sender may delete a message.");
  return message.deletedAt === null ? { type: "delete" } : null;
}

/** @throws Refusal `CONFLICT` once it is deleted, or with one emoji too many */
export function judgeReaction(
  message: MessageRecord,
  own: ReadonlySet<string>,
  { emoji, on }: { readonly emoji: string; readonly on: boolean },
): MessageChange | null {
  if (own.has(emoji) === on || (message.deletedAt !== null && !on)) return null;
  if (message.deletedAt !== null) throw isDeleted();
  const isNew = !message.reactions.some((reaction) => reaction.emoji === emoji);
  if (on && isNew && message.reactions.length >= MAX_EMOJIS) {
    throw new Refusal("CONFLICT", `A message bears at most ${MAX_EMOJIS} different emojis.`);
  }
  return { type: "react", emoji, on };
}

/** @throws Refusal `FORBIDDEN` for who may not; `CONFLICT` once it is deleted, or where too many are pinned */
export function judgePin(
  message: MessageRecord,
  pins: readonly number[],
  { on, mayPin }: { readonly on: boolean; readonly mayPin: boolean },
): MessageChange | null {
  if (!mayPin) throw new Refusal("FORBIDDEN", "Only the owner and admins of a group may pin.");
  if (message.deletedAt !== null && on) throw isDeleted();
  if ((message.pinnedAt !== null) === on) return null;
  if (on && pins.length >= MAX_PINS)
    throw new Refusal("CONFLICT", `At most ${MAX_PINS} messages of a conversation are pinned.`);
  return { type: "pin", on };
}

/** Why nobody may answer this: it is not there, or was deleted; null where they may. */
export function judgeReply(quoted: MessageRecord | null): Refusal | null {
  if (!quoted) return new Refusal("NOT_FOUND", "There is no message with the seq replyToSeq.");
  return quoted.deletedAt === null
    ? null
    : new Refusal("CONFLICT", "The message that replyToSeq names was deleted.");
}

export const mentionsStrangers = (): Refusal =>
  new Refusal("INVALID_REQUEST", "mentions must name participants of the conversation only.");

const isSystem = (): Refusal => new Refusal("FORBIDDEN", "What happened to a group stays as it was told.");
const isDeleted = (): Refusal => new Refusal("CONFLICT", "The message was deleted.");
