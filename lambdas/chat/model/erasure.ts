import type { ErasureCounts, ErasureJob } from "../../protocol/http-answers.ts";
import type { GroupEvent, MessageChange, MessageRecord } from "./records.ts";
import { iso, isoOrNull } from "./times.ts";

/** What becomes of the messages that a user who is erased has written. */
export type MessagesKept = ErasureJob["messages"];

/** What is looked at in each of their conversations, in this order. */
export const PHASES = ["enter", "messages", "reactions", "changes", "marks", "leave"] as const;
export type ErasurePhase = (typeof PHASES)[number];

/** Where an erasure stands. */
export interface ErasurePlace {
  readonly conversationId: string;
  /** null: a group. */
  readonly peer: string | null;
  readonly phase: ErasurePhase;
  /** What of the phase has been done: a seq, a rev, or a key of the store's; empty: nothing yet. */
  readonly after: string;
  /** The log has been looked at up to here. */
  readonly seq: number;
}

/** One erasure. What tells whom it concerns is kept until it is done, and not a moment longer. */
export interface Erasure {
  readonly id: string;
  readonly messages: MessagesKept;
  readonly startedAt: number;
  readonly movedAt: number;
  /** null: it runs. */
  readonly endedAt: number | null;
  readonly counts: ErasureCounts;
  readonly run: ErasureRun | null;
}

export interface ErasureRun {
  readonly userId: string;
  /** What the ids are made from that stand in the user's place: once it has gone, nobody can tell whose they were. */
  readonly salt: string;
  /** null: between two conversations. */
  readonly place: ErasurePlace | null;
}

export const NOTHING_ERASED: ErasureCounts = { conversations: 0, messages: 0, items: 0 };

/** A step takes seconds, and the queue brings one that died back within minutes. */
const STALLED_MS = 60 * 60 * 1000;

export const toErasureJob = (erasure: Erasure, now: number): ErasureJob => ({
  jobId: erasure.id,
  state: erasure.endedAt !== null ? "done" : isStalled(erasure, now) ? "failed" : "running",
  messages: erasure.messages,
  startedAt: iso(erasure.startedAt),
  endedAt: isoOrNull(erasure.endedAt),
  counts: erasure.counts,
});

const isStalled = ({ movedAt }: Erasure, now: number): boolean => now - movedAt > STALLED_MS;

/** Whether the user stands anywhere in the message but in what somebody has written. */
export const namesUser = (message: MessageRecord, userId: string): boolean =>
  message.senderId === userId ||
  message.mentions.includes(userId) ||
  message.reactions.some(({ userIds }) => userIds.includes(userId)) ||
  (message.system !== null && namesInEvent(message.system).includes(userId));

const namesInEvent = (event: GroupEvent): readonly (string | null)[] => [
  ...("userIds" in event ? event.userIds : []),
  ...("successor" in event ? [event.successor] : []),
];

/** The same message with the other id in the user's place; who mentions them mentions nobody. */
export function renamed(message: MessageRecord, userId: string, alias: string): MessageRecord {
  const other = (id: string): string => (id === userId ? alias : id);
  const isOwn = message.senderId === userId;
  return {
    ...message,
    senderId: other(message.senderId),
    // A client's own id may say who it is.
    clientMessageId: isOwn ? null : message.clientMessageId,
    mentions: message.mentions.filter((id) => id !== userId),
    reactions: message.reactions.map((one) => ({ ...one, userIds: one.userIds.map(other) })),
    system: message.system && renamedEvent(message.system, other),
  };
}

function renamedEvent(event: GroupEvent, other: (id: string) => string): GroupEvent {
  switch (event.event) {
    case "created":
    case "members_added":
      return { ...event, userIds: event.userIds.map(other) };
    case "member_removed":
    case "role_changed":
      return { ...event, userIds: [other(event.userIds[0])] };
    case "member_left":
      return {
        ...event,
        userIds: [other(event.userIds[0])],
        successor: event.successor === null ? null : other(event.successor),
      };
    case "details_changed":
      return event;
  }
}

/** What the change log tells of it: a deletion, where what they wrote goes. */
export const changeThatErases = (
  { senderId, system, deletedAt }: MessageRecord,
  erased: string,
  messages: MessagesKept,
): MessageChange =>
  messages === "delete" && senderId === erased && system === null && deletedAt === null
    ? { type: "delete" }
    : { type: "erase" };
