import { createHash } from "node:crypto";
import type { OwnKind } from "../chat/duty-ports.ts";
import { TABLE_SHAPE } from "./table-shape.ts";

/** The only place that builds or parses a key of the table. See docs/data-model.md. */

/** Where an item lies. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

const {
  user: USER_SORT_KEY,
  messagePrefix: MESSAGE_PREFIX,
  changePrefix: CHANGE_PREFIX,
} = TABLE_SHAPE.sortKeys;
export { CHANGE_PREFIX };
const SEQ_DIGITS = 16;
export const SWEEP_SHARDS = 16;

/** `#` parts keys, so it does not stand inside an id. 255 characters stay within DynamoDB's 1,024 bytes. */
const escape = (id: string): string => id.replaceAll("%", "%25").replaceAll("#", "%23");

const unescape = (text: string): string => text.replaceAll("%23", "#").replaceAll("%25", "%");

const seqText = (seq: number): string => String(seq).padStart(SEQ_DIGITS, "0");

export const userKey = (userId: string): Key => ({ pk: `U#${escape(userId)}`, sk: USER_SORT_KEY });

/** Tells whose erasure it is to who knows the id already, and to nobody else. */
export const erasureIdOf = (userId: string): string =>
  createHash("sha256").update(userId).digest("base64url");
export const erasureKey = (erasureId: string): Key => ({ pk: `E#${erasureId}`, sk: "JOB" });

export const userOfPartition = (pk: string): string => unescape(pk.slice(2));

export const isUserKey = ({ sk }: Key): boolean => sk === USER_SORT_KEY;

/** `pk` is the sort key of an index too, and so bound to a sort key's 1,024 bytes, on every item. */
const MAX_PK_BYTES = 1_024;

export const pairKey = (userId: string, otherId: string): Key => {
  const [a, b] = [userId, otherId].sort() as [string, string];
  const pair = `${escape(a)}#${escape(b)}`;
  // Two very long ids: their hash. It holds no `#`, so it is no other pair's key.
  const short = Buffer.byteLength(pair) + 2 <= MAX_PK_BYTES;
  return { pk: `D#${short ? pair : createHash("sha256").update(pair).digest("base64url")}`, sk: "PAIR" };
};

/** What the user has been given of their rates: written over and over, so nothing piles up. */
export const allowanceKey = (userId: string): Key => ({ pk: userKey(userId).pk, sk: "Q" });

/** The group a user has made under a name of theirs, of at most 128 characters. */
export const groupClaimKey = (userId: string, name: string): Key => ({
  pk: userKey(userId).pk,
  sk: `G#${name}`,
});

/** What an item under a user is, other than a row of their inbox. */
export const kindOfOwnKey = (sk: string): OwnKind =>
  sk === USER_SORT_KEY
    ? "profile"
    : sk === "Q"
      ? "rates"
      : sk.startsWith(BLOCK_PREFIX)
        ? "block"
        : "group_name";

export const inboxPartition = (userId: string): string => userKey(userId).pk;
export const INBOX_PREFIX = "C#";
export const inboxKey = (userId: string, conversationId: string): Key => ({
  pk: inboxPartition(userId),
  sk: `${INBOX_PREFIX}${conversationId}`,
});
export const conversationOfInboxKey = (sk: string): string => sk.slice(INBOX_PREFIX.length);

export const conversationPartition = (conversationId: string): string => `C#${conversationId}`;
export const headKey = (conversationId: string): Key => ({
  pk: conversationPartition(conversationId),
  sk: "META",
});

export const messageKey = (conversationId: string, seq: number): Key => ({
  pk: conversationPartition(conversationId),
  sk: `${MESSAGE_PREFIX}${seqText(seq)}`,
});
/** The conversation and seq of a message's key; null for the key of anything else. */
export function parseMessageKey({ pk, sk }: Key): { conversationId: string; seq: number } | null {
  if (!pk.startsWith("C#") || !sk.startsWith(MESSAGE_PREFIX)) return null;
  return { conversationId: pk.slice(2), seq: Number(sk.slice(MESSAGE_PREFIX.length)) };
}

export const changeKey = (conversationId: string, rev: number): Key => ({
  pk: conversationPartition(conversationId),
  sk: `${CHANGE_PREFIX}${seqText(rev)}`,
});
/** The conversation and rev of a change's key; null for the key of anything else. */
export function parseChangeKey({ pk, sk }: Key): { conversationId: string; rev: number } | null {
  if (!pk.startsWith("C#") || !sk.startsWith(CHANGE_PREFIX)) return null;
  return { conversationId: pk.slice(2), rev: Number(sk.slice(CHANGE_PREFIX.length)) };
}

export const REACTION_PREFIX = "T#";
export const seqOfReactionKey = (sk: string): number =>
  Number(sk.slice(REACTION_PREFIX.length, REACTION_PREFIX.length + SEQ_DIGITS));
const reactionPrefix = (seq: number): string => `${REACTION_PREFIX}${seqText(seq)}#`;
/** A very long id stands by its hash, which is no other's: the item has the id too. */
const userPart = (userId: string): string => {
  const key = escape(userId);
  return Buffer.byteLength(key) <= MAX_USER_PART_BYTES
    ? key
    : createHash("sha256").update(key).digest("base64url");
};
const MAX_USER_PART_BYTES = 900;
export const reactionKey = (conversationId: string, seq: number, userId: string): Key => ({
  pk: conversationPartition(conversationId),
  sk: `${reactionPrefix(seq)}${userPart(userId)}`,
});

/** A very long id stands by its hash: the item has the id too. */
export const memberKey = (conversationId: string, userId: string): Key => ({
  pk: conversationPartition(conversationId),
  sk: `${MEMBER_PREFIX}${userPart(userId)}`,
});
export const MEMBER_PREFIX = "P#";
export const conversationOfMemberKey = ({ pk }: Key): string => pk.slice(2);

/** A very long id stands by its hash: the item has the id too. */
export const blockKey = (userId: string, otherId: string): Key => ({
  pk: userKey(userId).pk,
  sk: `${BLOCK_PREFIX}${userPart(otherId)}`,
});
export const BLOCK_PREFIX = "B#";

const mentionPrefix = (userId: string): string => `N#${userPart(userId)}#`;
export const mentionKey = (conversationId: string, userId: string, seq: number): Key => ({
  pk: conversationPartition(conversationId),
  sk: `${mentionPrefix(userId)}${seqText(seq)}`,
});

const stepPrefix = (participant: number): string => `R#${participant}#`;
export const stepKey = (conversationId: string, participant: number, seq: number): Key => ({
  pk: conversationPartition(conversationId),
  sk: `${stepPrefix(participant)}${seqText(seq)}`,
});
export const seqOfStepKey = (sk: string): number => Number(sk.slice(-SEQ_DIGITS));

/** Bounds for `BETWEEN`, both inclusive. `!` sorts behind a key and before its successor, `~` behind all digits. */
export const messagesAfter = (seq: number): readonly [string, string] => [
  `${MESSAGE_PREFIX}${seqText(seq)}!`,
  `${MESSAGE_PREFIX}~`,
];
export const changesAfter = (rev: number): readonly [string, string] => [
  `${CHANGE_PREFIX}${seqText(rev)}!`,
  `${CHANGE_PREFIX}~`,
];
/** Of users behind one; a key is followed by itself with U+0000 behind it, and `#` by `$`. */
export const reactionsOf = (seq: number, afterUserId: string | null): readonly [string, string] => [
  afterUserId === null ? reactionPrefix(seq) : `${reactionPrefix(seq)}${userPart(afterUserId)}\u0000`,
  `${reactionPrefix(seq).slice(0, -1)}$`,
];
export const messagesBefore = (seq: number | null): readonly [string, string] => [
  MESSAGE_PREFIX,
  seq === null ? `${MESSAGE_PREFIX}~` : `${MESSAGE_PREFIX}${seqText(Math.max(0, seq - 1))}`,
];
export const mentionsBetween = (
  userId: string,
  afterSeq: number,
  upToSeq: number,
): readonly [string, string] => [
  `${mentionPrefix(userId)}${seqText(afterSeq)}!`,
  `${mentionPrefix(userId)}${seqText(Math.max(afterSeq + 1, upToSeq))}`,
];
export const stepsFrom = (participant: number, seq: number): readonly [string, string] => [
  `${stepPrefix(participant)}${seqText(seq)}`,
  `${stepPrefix(participant)}~`,
];

/** The shard of the sweep's index a user belongs to. */
export function sweepShardOf(userId: string): string {
  let hash = 0;
  for (let index = 0; index < userId.length; index += 1) {
    hash = (Math.imul(hash, 31) + userId.charCodeAt(index)) >>> 0;
  }
  return sweepShardName(hash % SWEEP_SHARDS);
}
export const sweepShardName = (shard: number): string => `S${shard}`;
