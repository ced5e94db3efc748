import { MAX_SYNC_BYTES } from "../../protocol/limits.ts";
import type { Message, Reaction, User } from "../../protocol/objects.ts";

/** How much of a conversation one frame holds. */

/** Messages the first look at the log reads at least. */
const MIN_ROUND = 4;
/** What a message takes beside its content, about: its id, sender and times. */
const MESSAGE_OVERHEAD = 370;

/** How many messages of up to `largest` bytes surely fit, but for the shortest look there is. */
export const fittingAtOnce = (largest: number): number =>
  Math.max(MIN_ROUND, Math.floor(MAX_SYNC_BYTES / (largest + MESSAGE_OVERHEAD)));

/** What the message takes in an answer, with the comma behind it. */
export const bytesOf = (message: Message): number => Buffer.byteLength(JSON.stringify(message)) + 1;

/** The first of these ids, as many as take no more than `maxBytes` in a list. */
export function firstFitting(ids: readonly string[], maxBytes: number): readonly string[] {
  let bytes = 0;
  const end = ids.findIndex((id) => (bytes += Buffer.byteLength(JSON.stringify(id)) + 1) > maxBytes);
  return end === -1 ? ids : ids.slice(0, end);
}

/** The most who reacted that are named, where otherwise a message fits no frame: fewer and fewer. */
const FEWER_NAMES = [10, 5, 1, 0];

/**
 * The message as it fits a frame. Its text, ids and times always do; names of those who reacted, pictures, and
 * what the quoted message bears beside its text are left out where they make it too large. Counts stay exact.
 */
export function fitting<T extends Message>(message: T): T {
  // With nothing but a text and a sender it fits, however long both are.
  const { replyTo, mentions, reactions, metadata } = message;
  if (!replyTo?.preview && !metadata && mentions.length + reactions.length === 0) return message;
  let fits = message;
  const isTooLarge = (): boolean => bytesOf(fits) > MAX_SYNC_BYTES;
  for (let round = 0; isTooLarge() && round < FEWER_NAMES.length; round += 1) {
    fits = { ...fits, reactions: naming(reactions, FEWER_NAMES[round]!) };
  }
  if (isTooLarge() && replyTo?.preview) {
    const { preview } = replyTo;
    const bare = { sender: withoutPicture(preview.sender), mentions: [], reactions: [], metadata: null };
    fits = { ...fits, replyTo: { ...replyTo, preview: { ...preview, ...bare } } };
  }
  return isTooLarge() ? { ...fits, sender: withoutPicture(fits.sender) } : fits;
}

const naming = (reactions: readonly Reaction[], most: number): readonly Reaction[] =>
  reactions.map((reaction) => ({ ...reaction, userIds: reaction.userIds.slice(0, most) }));

const withoutPicture = (user: User): User => ({ ...user, avatarUrl: null });

/** As many of these people as one frame holds: without their pictures where those are too much, then the first. */
export function upToFrame<P extends Pick<User, "avatarUrl">>(people: readonly P[]): readonly P[] {
  const fits = (some: readonly P[]): boolean => Buffer.byteLength(JSON.stringify(some)) <= MAX_SYNC_BYTES;
  if (fits(people)) return people;
  let shown = people.map((one) => ({ ...one, avatarUrl: null }));
  while (!fits(shown)) shown = shown.slice(0, Math.floor(shown.length * 0.9));
  return shown;
}
