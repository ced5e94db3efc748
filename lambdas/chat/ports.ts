import type { PushedFrame } from "../protocol/server-frames.ts";
import type { Task } from "../protocol/worker-tasks.ts";
import type { Counter, Distribution } from "./metrics.ts";
import type { HeadMove } from "./model/head.ts";
import type { PresenceChange } from "./model/presence.ts";
import type {
  ChangeRecord,
  Claims,
  Head,
  MemberRecord,
  MentionMark,
  MessageRecord,
  OwnReactions,
  Reactor,
  OwnSettings,
  ReadStep,
  UserRecord,
} from "./model/records.ts";

/** What the rules need from outside. `strong` reads see every write acknowledged before them. */

/** Whether a read sees every write acknowledged before it, for twice the units, or may lag behind. */
export type Consistency = "strong" | "eventual";

/** Users: profile, presence and connections, an item each. */
export interface UserStore {
  get(userId: string, consistency: Consistency): Promise<UserRecord | null>;
  getMany(userIds: readonly string[], consistency: Consistency): Promise<Map<string, UserRecord>>;
  /**
   * Creates the user, and overwrites those of the claims given that were said before `issuedAt` (seconds since
   * the epoch; absent: only those that nobody dated); answers with the record as it stands after.
   */
  saveClaims(userId: string, claims: Claims, issuedAt?: number | null): Promise<UserRecord>;
  /** Whether the user was erased, or is being; may lag, since what refuses them at first is their record. */
  isErased(userId: string): Promise<boolean>;
  /** Those whose folded handle begins so, or is so, by the alphabet; a moment's change of handle may be missing. */
  findByHandle(
    folded: string,
    how: { readonly exact: boolean },
    limit: number,
  ): Promise<readonly { readonly userId: string; readonly folded: string }[]>;
  /** Writes the change if the record is still at `revision`; otherwise tells the record as it is. */
  changePresence(
    userId: string,
    revision: number,
    change: PresenceChange,
  ): Promise<
    | { readonly type: "changed"; readonly user: UserRecord }
    | { readonly type: "conflict"; readonly user: UserRecord | null }
  >;
  /** Puts the connection into the room, if the connection is still registered and has a place left. */
  joinRoom(
    userId: string,
    connectionId: string,
    conversationId: string,
    maxRooms: number,
  ): Promise<
    | { readonly type: "joined"; readonly user: UserRecord }
    | { readonly type: "not_connected" }
    | { readonly type: "no_room_left" }
  >;
  leaveRoom(userId: string, connectionId: string, conversationId: string): Promise<void>;
  /** One page of the users whose presence is not off, in one of `sweepShards` shards. */
  listNotOff(
    shard: number,
    cursor: string | null,
    limit: number,
  ): Promise<{ userIds: readonly string[]; cursor: string | null }>;
}

/** Heads of conversations, and the read steps beside them. */
export interface HeadStore {
  get(conversationId: string, consistency: Consistency): Promise<Head | null>;
  getMany(conversationIds: readonly string[]): Promise<Map<string, Head>>;
  /** Creates the head unless it exists. */
  create(head: Head): Promise<void>;
  /** Moves the head if everything the move expects still holds. */
  move(
    move: HeadMove,
  ): Promise<
    { readonly type: "moved"; readonly head: Head } | { readonly type: "conflict"; readonly head: Head }
  >;
  /** Stores when a position was reached; the same step again changes nothing. */
  putReadStep(conversationId: string, step: ReadStep): Promise<void>;
  /** The steps of one participant from `fromSeq` on, lowest first. */
  listReadSteps(
    conversationId: string,
    participant: number,
    fromSeq: number,
    limit: number,
    consistency: Consistency,
  ): Promise<readonly ReadStep[]>;
}

/** The logs: a slot once filled stays so, and only the state of its message moves on, from `rev` to `rev`. */
export interface MessageStore {
  /** Puts the message into its slot if the slot is empty; otherwise tells what stands there. */
  put(
    message: MessageRecord,
  ): Promise<{ readonly type: "stored" } | { readonly type: "taken"; readonly by: MessageRecord }>;
  /** Strongly consistent. */
  get(conversationId: string, seq: number): Promise<MessageRecord | null>;
  /** Strongly consistent, in no order; those that are not there are missing. */
  getMany(conversationId: string, seqs: readonly number[]): Promise<readonly MessageRecord[]>;
  /** Brings the message's state to this one if it is still at `rev`; otherwise tells the message as it is. */
  revise(
    message: MessageRecord,
    rev: number,
  ): Promise<{ readonly type: "revised" } | { readonly type: "conflict"; readonly message: MessageRecord }>;
  /** Oldest first, every page of the service's, from `afterSeq` (exclusive). */
  listAfter(
    conversationId: string,
    afterSeq: number,
    limit: number,
    consistency: Consistency,
  ): Promise<readonly MessageRecord[]>;
  /** Who has put the newest slots, newest first; strongly consistent. */
  listNewest(conversationId: string, limit: number): Promise<readonly SlotMark[]>;
  /** Newest first, below `beforeSeq` (exclusive; null: from the newest). */
  listBefore(
    conversationId: string,
    beforeSeq: number | null,
    limit: number,
    consistency: Consistency,
  ): Promise<readonly MessageRecord[]>;
}

/** What tells a message from others, by which a repeat is known. */
export type SlotMark = Pick<MessageRecord, "seq" | "senderId" | "clientMessageId" | "attemptId">;

/** The second logs, of changes: a slot once filled stays so. */
export interface ChangeStore {
  /** Puts the change into its slot if the slot is empty; otherwise tells what stands there. */
  put(
    change: ChangeRecord,
  ): Promise<{ readonly type: "stored" } | { readonly type: "taken"; readonly by: ChangeRecord }>;
  /** Oldest first, strongly consistent, from `afterRev` (exclusive). */
  listAfter(conversationId: string, afterRev: number, limit: number): Promise<readonly ChangeRecord[]>;
  /** Takes what an edit said out of it: the message has it, and may lose it again. */
  empty(conversationId: string, rev: number): Promise<void>;
}

/** Who reacted to each message, an item for each of them. */
export interface ReactionStore {
  /** Strongly consistent; at `rev` 0 where there are none. */
  get(conversationId: string, seq: number, userId: string): Promise<OwnReactions>;
  /**
   * Brings them to these changes of that user's, in the order of their `rev` and none left out since the item was
   * last written; unless they are there already.
   */
  apply(conversationId: string, seq: number, userId: string, changes: readonly ChangeRecord[]): Promise<void>;
  /**
   * Those of users behind `afterUserId` (null: from the first), by user, strongly consistent, each as of its own
   * moment; all of them with a `limit` of Infinity.
   */
  list(
    conversationId: string,
    seq: number,
    afterUserId: string | null,
    limit: number,
  ): Promise<readonly Reactor[]>;
}

/** Which messages mention whom, an item for each message and user. */
export interface MentionStore {
  /** Unless the item is as of this rev of the message, or of a later one. */
  mark(conversationId: string, mark: MentionMark): Promise<void>;
  /** How many messages above `afterSeq`, up to `upToSeq`, mention the user. */
  count(
    conversationId: string,
    userId: string,
    range: { readonly afterSeq: number; readonly upToSeq: number },
    consistency: Consistency,
  ): Promise<number>;
}

/** The members of groups, an item each. */
/** How far a member has read, and since when. */
export type ReadingOfMember = Pick<MemberRecord, "readSeq" | "readSystems"> & { readonly readAt: number };

export interface MemberStore {
  /** Strongly consistent; one who has gone may still be there, without a role. */
  get(conversationId: string, userId: string): Promise<MemberRecord | null>;
  getMany(
    conversationId: string,
    userIds: readonly string[],
    consistency: Consistency,
  ): Promise<ReadonlyMap<string, MemberRecord>>;
  /** One user's in each of these groups, by group. */
  getManyOf(
    userId: string,
    conversationIds: readonly string[],
    consistency: Consistency,
  ): Promise<ReadonlyMap<string, MemberRecord>>;
  /** All who belong to it, every page of the service's, in no order. */
  list(conversationId: string, consistency: Consistency): Promise<readonly MemberRecord[]>;
  /**
   * Brings membership and role to those of `member.asOfSeq`, unless the item is there or further. Who has not just
   * joined (`joinedSeq` and `asOfSeq` differ) keeps the read position and settings they have.
   */
  derive(conversationId: string, member: MemberRecord): Promise<void>;
  /**
   * Sets what it names of the own settings of a member whose archive is at this turn; otherwise tells where it is.
   * null for who belongs to the group no more.
   */
  set(
    conversationId: string,
    userId: string,
    own: OwnSettings,
    archiveTurn: number,
  ): Promise<{ readonly type: "set" | "conflict"; readonly member: MemberRecord } | null>;
  /** Moves the read position forward; one that is there or further stays. Answers with the item as it stands. */
  read(conversationId: string, userId: string, position: ReadingOfMember): Promise<MemberRecord | null>;
  /** Moves `mentionedSeq` of one who belongs to it forward; one that is there or further stays. */
  mention(conversationId: string, userId: string, seq: number): Promise<void>;
}

/** That a user takes part in a conversation, and the time that last moved it in their list. */
export interface InboxRow {
  readonly conversationId: string;
  readonly activityAt: number;
}

/** The inbox rows of each user. */
export interface InboxStore {
  /** `activityAt` null: the peer is known, the conversation not yet listed. */
  create(
    userId: string,
    peerId: string,
    row: { readonly conversationId: string; readonly activityAt: number | null },
  ): Promise<void>;
  /**
   * Brings the row of a group's member, or of one who has gone, to the message `asOfSeq`, unless it is of a later
   * one. One who has gone keeps a row that is in no list: a slower hand must not put them back. At the same message
   * the later activity stands.
   */
  derive(
    userId: string,
    row: {
      readonly conversationId: string;
      readonly asOfSeq: number;
      /** null: has gone. */
      readonly activityAt: number | null;
    },
  ): Promise<void>;
  /**
   * Moves the row up to `activityAt`, into the list if need be, or on an odd turn into the archive; one that is
   * there or above stays, and so does one of a later turn, and that of one who has gone. Null: whatever turn it is
   * of, it stays on its side.
   */
  moveUp(
    userId: string,
    conversationId: string,
    activityAt: number,
    archiveTurn?: number | null,
  ): Promise<void>;
  /** Rows by activity, latest first, at or below `atMost` and strictly behind `after`; of the archive, or of the list. */
  listByActivity(
    userId: string,
    from: {
      readonly atMost: number | null;
      readonly after: InboxRow | null;
      readonly archived?: boolean;
    },
    limit: number,
  ): Promise<readonly InboxRow[]>;
  /** A page of the people a user has a conversation of two with, and of the groups they belong to, by id. */
  listPeers(
    userId: string,
    cursor: string | null,
    limit: number,
  ): Promise<{
    readonly peers: readonly string[];
    readonly groups: readonly string[];
    readonly cursor: string | null;
  }>;
}

/** The one conversation of two users. */
export interface Pair {
  readonly conversationId: string;
  readonly createdAt: number;
  /** Who asked for it first; null in data from before that was kept. */
  readonly createdBy: string | null;
}

/** Which two users have a conversation, and which one it is. */
export interface PairStore {
  get(userId: string, otherId: string, consistency: Consistency): Promise<Pair | null>;
  /** The conversations with those of the others there is one with, by the other. */
  getMany(userId: string, otherIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Claims the pair's one conversation; whoever comes second learns the first's. */
  claim(userId: string, otherId: string, pair: Pair): Promise<Pair>;
}

/** Whom each user has blocked, an item each. */
export interface BlockStore {
  /** Whether the user has blocked the other. */
  has(userId: string, otherId: string, consistency: Consistency): Promise<boolean>;
  /** Those among `userIds` who have blocked the other. */
  among(userIds: readonly string[], otherId: string): Promise<ReadonlySet<string>>;
  /** Whom the user has blocked, the latest first. */
  list(userId: string): Promise<readonly string[]>;
  /** A block that is there keeps its time. */
  put(userId: string, otherId: string, at: number): Promise<void>;
  remove(userId: string, otherId: string): Promise<void>;
}

/** Which group a user has made under a name of theirs: a `clientConversationId`. */
export interface GroupClaimStore {
  get(userId: string, name: string): Promise<string | null>;
  /** Claims the name for this conversation; whoever comes second learns the first's. */
  claim(userId: string, name: string, conversationId: string): Promise<string>;
}

/** What a rate counts. */
export type RateKind = "sends" | "typing" | "reads" | "joins" | "lookups";

/** A part of a user's rate that one function environment asks for. */
export interface LeaseRequest {
  readonly most: number;
  /** With less than this it has no use for a lease. */
  readonly least: number;
  readonly perSecond: number;
  /** How far ahead of the clock the rate may be given out. */
  readonly burstMs: number;
  readonly now: number;
  /** Up to when the rate was given out when this environment last heard; a guess that saves a failed write. */
  readonly givenUntil: number;
}

/** What a lease has brought: from `least` to `most`, or 0. */
export interface Lease {
  readonly count: number;
  /** Up to when the rate is given out now. */
  readonly givenUntil: number;
}

/** What users have been given of their rates, an item each, shared by all function environments. */
export interface AllowanceStore {
  /** Gives no more in all than the rate allows, however many ask at once. */
  lease(userId: string, kind: RateKind, request: LeaseRequest): Promise<Lease>;
  /**
   * Counts a conversation in the user's hour, which begins with the first one after the last has ended; at
   * `perHour` it counts no more. `from` is a guess of when the hour began, which saves a failed write.
   */
  countConversation(
    userId: string,
    request: {
      readonly perHour: number;
      readonly hourMs: number;
      readonly now: number;
      readonly from: number | null;
    },
  ): Promise<{ readonly type: "counted" | "full"; readonly from: number }>;
  /** Takes one back that was counted in the hour that began at `from`. */
  uncountConversation(userId: string, from: number): Promise<void>;
}

/** A frame for one connection. */
export interface Push {
  readonly connectionId: string;
  readonly frame: PushedFrame;
  /** Whether the connection takes several events in one frame. */
  readonly takesBatches?: boolean | undefined;
}

/** What became of a push. A failed one is counted and logged, never thrown; a late one may still have arrived. */
export type PushOutcome = "delivered" | "gone" | "failed" | "late";

/** What became of closing a socket. `gone` it also seems to be while it is inside `$connect`. */
export type CloseOutcome = "closed" | "gone" | "failed";

/** The clients' sockets, as the management API reaches them. */
export interface Sockets {
  /**
   * Pushes with bounded concurrency and few retries; outcomes in the order of the pushes. What has no outcome
   * `withinMs` milliseconds is given up, and late.
   */
  push(pushes: readonly Push[], withinMs?: number): Promise<readonly PushOutcome[]>;
  /**
   * Closes sockets, outcomes in their order; one that is gone already, or cannot be closed, is no error. What is not
   * closed `withinMs` milliseconds is given up, and failed.
   */
  close(connectionIds: readonly string[], withinMs?: number): Promise<readonly CloseOutcome[]>;
}

/** The worker's queue to itself: at least once, in no order. */
export interface TaskQueue {
  /** `delaySeconds` 0 to 900. */
  send(task: Task, delaySeconds: number): Promise<void>;
  /** Any number of tasks, for now. One that is not taken fails the call; the others may be queued all the same. */
  sendAll(tasks: readonly Task[]): Promise<void>;
}

/** What an operator reads. */
export interface Log {
  /** What has to be shown to whoever asks who did what to somebody's data: written at every level. */
  audit(message: string, fields: Readonly<Record<string, unknown>>): void;
  /** Something an operator may want to count. Never message content, never a token. */
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, cause: unknown, fields?: Readonly<Record<string, unknown>>): void;
}

/** What an operator counts: figures alone, in metrics that are known beforehand. */
export interface Metrics {
  /** `by` 0 says that it might have happened and did not: a share needs both its parts. */
  count(counter: Counter, by?: number): void;
  /** `value` in the distribution's unit, 0 or more. */
  measure(distribution: Distribution, value: number): void;
}
