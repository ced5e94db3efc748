import type { Head } from "./records.ts";
import { Refusal } from "./refusal.ts";

/** What blocks do between the two of a conversation. In a group they do nothing. */

/** Whether either has blocked the other. */
export const isBlocked = ({ participants }: Pick<Head, "participants">): boolean =>
  participants.some(({ blocked }) => blocked === true);

/** Whether the other has blocked this one. */
export const isBlockedFor = ({ participants }: Pick<Head, "participants">, userId: string): boolean =>
  participants.some(({ id, blocked }) => id !== userId && blocked === true);

/** The same whoever has blocked: it tells nobody that it was the other. */
export const nothingPasses = (): Refusal =>
  new Refusal("FORBIDDEN", "Nothing passes between you and this user while either has blocked the other.");
