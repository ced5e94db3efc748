import { MAX_SYNC_BYTES } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/objects.ts";

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
