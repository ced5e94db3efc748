import { PREVIEW_CODE_POINTS } from "../../protocol/limits.ts";
import { factsAfter, previewedEvent } from "./group-facts.ts";
import { archiveMarksOf, wakes } from "./group-archive.ts";
import { marksOf, newlyMentioned } from "./mentions.ts";
import { archiveTurnOf, heard } from "./own-settings.ts";
import { isDeletedUser, isSystemUser } from "./system-user.ts";
import type {
  ArchiveMark,
  GroupFacts,
  GuessedHead,
  Head,
  MentionMark,
  MessageRecord,
  OwnSettings,
  Participant,
  ReadStep,
  StoredPreview,
} from "./records.ts";

/**
 * The head of a conversation follows its log: pure planning of its moves. A message already stored moves
 * the head by exactly one, whoever does it; two that plan the same move write the same.
 */

/** How far the newest message may run ahead of the time its inbox rows bear. */
export const ACTIVITY_STEP_MS = 15 * 60 * 1000;

/** A conditional change of a conversation's head. */
export interface HeadMove {
  readonly conversationId: string;
  readonly expect: {
    readonly lastSeq?: number;
    /** Read positions the plan was made from, by participant. */
    readonly readSeqs: readonly { readonly participant: number; readonly readSeq: number }[];
    /** The rows' time the plan relies on: exactly this, or anything above. */
    readonly activityAt?: { readonly equals: number } | { readonly above: number };
    readonly lastMessageAtMost?: number;
    readonly largestBelow?: number;
    readonly lastRev?: number;
    /** Of each participant, in their order. */
    readonly archiveTurns?: readonly number[];
    /** Of a group. */
    readonly archiveMarks?: number;
    /** Whose newest mention is older than this. */
    readonly mentionedBelow?: readonly { readonly participant: number; readonly seq: number }[];
  };
  readonly set: {
    readonly lastSeq?: number;
    readonly lastMessage?: StoredPreview;
    readonly lastMessageAt?: number;
    readonly activityAt?: number;
    readonly largest?: number;
    readonly lastRev?: number;
    readonly pins?: readonly number[];
    /** What participants keep to themselves, as far as it changes. */
    readonly own?: readonly ({ readonly participant: number } & OwnSettings & Pick<Participant, "blocked">)[];
    /** All of it, where system messages are passed: the condition on `lastSeq` keeps two movers alike. */
    readonly group?: GroupFacts;
    readonly archive?: ArchiveMark;
    /** Which message mentioned them last. */
    readonly mentioned?: readonly { readonly participant: number; readonly seq: number }[];
    readonly positions: readonly {
      readonly participant: number;
      readonly readSeq: number;
      /** Set where the participant writes for the first time. */
      readonly wrote?: true;
      /** Left as it is where the move reads nothing of others. */
      readonly reading: { readonly readAt: number; readonly stepSeq: number } | null;
    }[];
  };
}

/** A move of the head, and what has to be stored before it. */
export interface HeadPlan {
  readonly move: HeadMove;
  /** To be stored before the move: the positions it takes out of the head. */
  readonly steps: readonly ReadStep[];
  /** To be stored before the move: whom the messages it passes mention. */
  readonly marks: readonly MentionMark[];
  /** Whether the inbox rows have to be at `move.set.activityAt` before the move. */
  readonly movesRows: boolean;
  /** The messages it passes that may take a group out of its members' archives, which has to be done before the move. */
  readonly waking: readonly MessageRecord[];
}

/**
 * Plans the head's move over messages that follow it without a gap (`head.lastSeq + 1`, + 2 …), as far as one
 * move may go. A step is stored whether or not its move succeeds, so it must tell a position that was really
 * held: a sender who reads a second time is left to the next move, when the first reading stands in the head.
 */
export function planAppend(head: Head | GuessedHead, messages: readonly MessageRecord[]): HeadPlan {
  let planned: Head | GuessedHead = head;
  const steps: ReadStep[] = [];
  const readers = new Set<number>();
  for (const message of messages) {
    if (message.seq !== planned.lastSeq + 1) throw cannotMove(planned, message);
    if (planned.group) {
      planned = { ...follow(planned, message), group: factsAfter(planned.group, message) };
      continue;
    }
    const index = head.participants.findIndex(({ id }) => id === message.senderId);
    const sender = planned.participants[index];
    // A call that had begun before its sender was erased may have stored it: the log goes on behind it.
    const isOurs = isSystemUser(message.senderId) || head.participants.some(({ id }) => isDeletedUser(id));
    if (!sender && !isOurs) throw cannotMove(planned, message);
    const reads = sender !== undefined && sender.readSeq < message.seq - 1;
    if (reads) {
      if (readers.has(index)) break;
      readers.add(index);
      steps.push(...stepOf(index, sender));
    }
    const participants = planned.participants.map((participant, place): Participant => {
      if (place !== index) return heard(participant, message.createdAt);
      const moved = reads
        ? reading(participant, message.seq, message.createdAt)
        : { ...participant, readSeq: message.seq };
      return { ...moved, wrote: true };
    });
    const isHeard = turnsChanged(planned.participants, participants).length > 0;
    const followed = follow(planned, message);
    // What comes out of an archive moves the rows, however lately they were moved.
    const activityAt = isHeard ? (followed.lastMessageAt ?? message.createdAt) : followed.activityAt;
    planned = { ...followed, participants, activityAt };
  }
  // Its first message puts a conversation into the list of whoever had not asked for it.
  const own = turnsChanged(head.participants, planned.participants);
  const movesRows = head.lastSeq === 0 || planned.activityAt !== head.activityAt || own.length > 0;
  const grows = planned.largest > head.largest;
  const lastMessageAt = planned.lastMessageAt ?? head.createdAt;
  const passed = messages.filter(({ seq }) => seq <= planned.lastSeq);
  const mentioned = newlyMentioned(head, passed);
  return {
    steps,
    marks: marksOf(passed),
    movesRows,
    waking: wakes(head, passed) ? passed : [],
    move: {
      conversationId: head.id,
      expect: {
        lastSeq: head.lastSeq,
        readSeqs: changedPositions(head, planned).map((participant) => ({
          participant,
          readSeq: head.participants[participant]!.readSeq,
        })),
        activityAt: movesRows ? { equals: head.activityAt } : { above: lastMessageAt - ACTIVITY_STEP_MS },
        lastMessageAtMost: lastMessageAt,
        archiveTurns: head.participants.map(archiveTurnOf),
        ...(head.group ? { archiveMarks: archiveMarksOf(head) } : {}),
        ...(grows ? { largestBelow: planned.largest } : {}),
      },
      set: {
        lastSeq: planned.lastSeq,
        ...(planned.lastMessage ? { lastMessage: planned.lastMessage } : {}),
        lastMessageAt,
        ...(movesRows ? { activityAt: planned.activityAt } : {}),
        ...(grows ? { largest: planned.largest } : {}),
        ...(own.length > 0 ? { own } : {}),
        ...(planned.group && planned.group !== head.group ? { group: planned.group } : {}),
        ...(mentioned.length > 0 ? { mentioned } : {}),
        positions: positionsOf(head, planned),
      },
    },
  };
}

/** Who has another turn of the archive, with that turn. */
const turnsChanged = (
  before: readonly OwnSettings[],
  after: readonly OwnSettings[],
): readonly { readonly participant: number; readonly archiveTurn: number }[] =>
  after.flatMap((own, participant) =>
    archiveTurnOf(own) === archiveTurnOf(before[participant]!)
      ? []
      : [{ participant, archiveTurn: archiveTurnOf(own) }],
  );

const cannotMove = ({ lastSeq }: Head | GuessedHead, { seq }: MessageRecord): Error =>
  new Error(`The head at ${lastSeq} cannot move to message ${seq}.`);

/** What every head has after one more message, whoever takes part. */
function follow<H extends Head | GuessedHead>(head: H, message: MessageRecord): H {
  // A clock behind the one the conversation was created by must not put the head before its inbox rows.
  const lastMessageAt = Math.max(head.lastMessageAt ?? head.createdAt, message.createdAt);
  return {
    ...head,
    lastSeq: message.seq,
    lastMessage: previewOf(message),
    lastMessageAt,
    activityAt: movesActivity(head, lastMessageAt) ? lastMessageAt : head.activityAt,
    largest: Math.max(head.largest, Buffer.byteLength(message.content)),
  };
}

const movesActivity = ({ lastSeq, activityAt }: GuessedHead | Head, lastMessageAt: number): boolean =>
  lastSeq === 0 || lastMessageAt >= activityAt + ACTIVITY_STEP_MS;

/** Plans a read position's move to `seq`; null where it is there already. Beyond the last message it stops there. */
export function planRead(head: Head, userId: string, seq: number, now: number): HeadPlan | null {
  const index = head.participants.findIndex(({ id }) => id === userId);
  const reader = head.participants[index];
  const target = Math.min(seq, head.lastSeq);
  if (!reader || target <= reader.readSeq) return null;
  const planned = { ...head, participants: head.participants.with(index, reading(reader, target, now)) };
  return {
    steps: stepOf(index, reader),
    marks: [],
    movesRows: false,
    waking: [],
    move: {
      conversationId: head.id,
      expect: { readSeqs: [{ participant: index, readSeq: reader.readSeq }] },
      set: { positions: positionsOf(head, planned) },
    },
  };
}

/** The guess of a sender who knows only a stale head: everything before its message applied, everything read. */
export function guessHead(stale: Head, lastSeq: number, senderId: string): GuessedHead {
  return {
    ...stale,
    guessed: true,
    lastSeq,
    participants: stale.participants.map((participant) =>
      participant.id === senderId ? { ...participant, readSeq: lastSeq } : participant,
    ),
  };
}

/**
 * When the participant's position first reached `seq`; null if it has not. `steps` are the participant's
 * steps from `seq` or lower on, lowest first.
 */
export function readAtOf(seq: number, participant: Participant, steps: readonly ReadStep[]): number | null {
  if (seq > participant.readSeq) return null;
  return steps.find((step) => step.seq >= seq)?.at ?? participant.readAt;
}

/** What the head keeps of its last message: its content cut to `PREVIEW_CODE_POINTS`. */
export function previewOf(message: MessageRecord): StoredPreview {
  const { conversationId: _, attemptId: __, ...shown } = message;
  const points = [...message.content.slice(0, 2 * PREVIEW_CODE_POINTS + 2)];
  const truncated = points.length > PREVIEW_CODE_POINTS;
  const content = truncated ? points.slice(0, PREVIEW_CODE_POINTS).join("") : message.content;
  return { ...shown, content, truncated, system: previewedEvent(message.system) };
}

type Facts = Pick<Head, "participants">;

const reading = (participant: Participant, readSeq: number, readAt: number): Participant => ({
  ...participant,
  readSeq,
  readAt,
  stepSeq: participant.readAt === null ? participant.stepSeq : participant.readSeq,
});

const stepOf = (participant: number, { readSeq, readAt }: Participant): readonly ReadStep[] =>
  readAt === null ? [] : [{ participant, seq: readSeq, at: readAt }];

const changedPositions = (before: Facts, after: Facts): readonly number[] =>
  before.participants.flatMap((participant, index) =>
    after.participants[index]!.readSeq === participant.readSeq ? [] : [index],
  );

function positionsOf(before: Facts, after: Facts): HeadMove["set"]["positions"] {
  return changedPositions(before, after).map((participant) => {
    const was = before.participants[participant]!;
    const { readSeq, readAt, stepSeq, wrote } = after.participants[participant]!;
    const read = readAt !== null && (readAt !== was.readAt || stepSeq !== was.stepSeq);
    const writes = wrote === true && was.wrote !== true;
    const position = { participant, readSeq, reading: read ? { readAt, stepSeq } : null };
    return writes ? { ...position, wrote } : position;
  });
}
