import { ACTIVITY_STEP_MS } from "./head.ts";
import { couldBeConversationId } from "./ids.ts";
import type { Head } from "./records.ts";
import { Refusal } from "./refusal.ts";

/** The order of a list of conversations, and the cursor that stands for a place in it. */

/** A place in the list: its order is by time, latest first, then by id. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

/** Where a page ended. */
export interface ListCursor {
  readonly place: Place;
  /** Rows at or below this time are ordered by it alone; null: none is. */
  readonly coarseFrom: number | null;
}

/** Latest first. */
export const byPlace = (a: Place, b: Place): number =>
  b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/** Where a conversation stands: by its last message, unless its row is among those ordered coarsely. */
export const placeOf = (head: Head, activityAt: number, coarseFrom: number | null): Place => ({
  at: coarseFrom !== null && activityAt <= coarseFrom ? activityAt : (head.lastMessageAt ?? head.createdAt),
  id: head.id,
});

/** The latest time by which the conversation of a row may stand: the head may be a quarter hour ahead of it. */
export const latestPlace = (activityAt: number, coarseFrom: number | null): number =>
  coarseFrom !== null && activityAt <= coarseFrom ? activityAt : activityAt + ACTIVITY_STEP_MS;

export const encodeCursor = ({ place, coarseFrom }: ListCursor): string =>
  Buffer.from([place.at, place.id, ...(coarseFrom === null ? [] : [coarseFrom])].join(".")).toString(
    "base64url",
  );

/** @throws Refusal `INVALID_REQUEST` for a text that is no cursor */
export function decodeCursor(text: string): ListCursor {
  const plain = Buffer.from(text, "base64url").toString("latin1");
  const match = /^([0-9]{1,15})\.([0-9A-Za-z]+)(?:\.([0-9]{1,15}))?$/.exec(plain);
  const place = { at: Number(match?.[1]), id: match?.[2] ?? "" };
  const cursor = { place, coarseFrom: match?.[3] === undefined ? null : Number(match[3]) };
  if (!couldBeConversationId(place.id) || encodeCursor(cursor) !== text) {
    throw new Refusal("INVALID_REQUEST", "cursor must be the nextCursor of an earlier page.");
  }
  return cursor;
}
