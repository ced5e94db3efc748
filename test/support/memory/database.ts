import type { InboxRow, Pair } from "../../../lambdas/chat/ports.ts";
import type {
  ChangeRecord,
  Head,
  MemberRecord,
  MentionMark,
  MessageRecord,
  OwnReactions,
  ReadStep,
  UserRecord,
} from "../../../lambdas/chat/model/records.ts";

/** One value in the course of the writes: what it was at any earlier moment can still be read. */
interface Version<V> {
  readonly tick: number;
  readonly value: V;
}

/** Items by key with all their versions, so that a read may answer as a replica would that lags behind. */
class Versions<V> {
  readonly #items = new Map<string, Version<V>[]>();
  readonly #timeline: { tick: number };

  constructor(timeline: { tick: number }) {
    this.#timeline = timeline;
  }

  set(key: string, value: V): void {
    this.#timeline.tick += 1;
    const versions = this.#items.get(key) ?? [];
    versions.push({ tick: this.#timeline.tick, value });
    this.#items.set(key, versions);
  }

  /** `lag`: how many writes of the whole table the answer may lack. */
  get(key: string, lag = 0): V | null {
    const asOf = this.#timeline.tick - lag;
    return this.#items.get(key)?.findLast(({ tick }) => tick <= asOf)?.value ?? null;
  }

  values(lag: () => number = () => 0): readonly V[] {
    return [...this.#items.keys()].flatMap((key) => this.get(key, lag()) ?? []);
  }

  history(key: string): readonly V[] {
    return (this.#items.get(key) ?? []).map(({ value }) => value);
  }
}

export interface StoredRow extends Omit<InboxRow, "activityAt"> {
  /** null: not in the list, which an index sparse on it makes. */
  readonly activityAt: number | null;
  /** Odd: in the archive. */
  readonly archiveTurn?: number;
  readonly userId: string;
  /** null: a group's. */
  readonly peerId: string | null;
  /** Of a group's: the message that let the user in or out. */
  readonly asOfSeq?: number;
  readonly gone?: boolean;
}

export interface StoredStep extends ReadStep {
  readonly conversationId: string;
}

export interface StoredMember {
  readonly conversationId: string;
  readonly member: MemberRecord;
}

/** One that was taken back stays, off. */
export interface StoredBlock {
  readonly userId: string;
  readonly otherId: string;
  readonly at: number;
  readonly on: boolean;
}

export interface StoredMention extends MentionMark {
  readonly conversationId: string;
}

export interface StoredReactions extends OwnReactions {
  readonly conversationId: string;
  readonly seq: number;
  readonly userId: string;
}

/** What every store of one test shares: the table, as it were. */
export class MemoryDatabase {
  readonly #timeline = { tick: 0 };
  readonly users = new Versions<UserRecord>(this.#timeline);
  readonly heads = new Versions<Head>(this.#timeline);
  readonly messages = new Versions<MessageRecord>(this.#timeline);
  readonly changes = new Versions<ChangeRecord>(this.#timeline);
  readonly reactions = new Versions<StoredReactions>(this.#timeline);
  readonly members = new Versions<StoredMember>(this.#timeline);
  readonly blocks = new Versions<StoredBlock>(this.#timeline);
  readonly mentions = new Versions<StoredMention>(this.#timeline);
  readonly steps = new Versions<StoredStep>(this.#timeline);
  readonly rows = new Versions<StoredRow>(this.#timeline);
  readonly pairs = new Versions<Pair>(this.#timeline);
  /** Conversation ids by who made the group under which name. */
  readonly groupClaims = new Versions<string>(this.#timeline);
  /** Up to when a user's rate has been given out. */
  readonly allowances = new Versions<number>(this.#timeline);
  /** Conversations made, by user. */
  readonly made = new Versions<{ readonly from: number; readonly count: number }>(this.#timeline);

  /** The whole log of a conversation as it stands, in the order of its slots. */
  log(conversationId: string): readonly MessageRecord[] {
    return this.messages
      .values()
      .filter((message) => message.conversationId === conversationId)
      .sort((a, b) => a.seq - b.seq);
  }

  /** The second log, of changes, in the order of its slots. */
  changeLog(conversationId: string): readonly ChangeRecord[] {
    return this.changes
      .values()
      .filter((change) => change.conversationId === conversationId)
      .sort((a, b) => a.rev - b.rev);
  }
}

export const slotKey = (conversationId: string, seq: number): string => `${conversationId}/${seq}`;
export const rowKey = (userId: string, conversationId: string): string =>
  JSON.stringify([userId, conversationId]);
export const memberKey = (conversationId: string, userId: string): string =>
  JSON.stringify([conversationId, userId]);
export const blockKey = (userId: string, otherId: string): string => JSON.stringify([userId, otherId]);
export const mentionKey = (conversationId: string, userId: string, seq: number): string =>
  JSON.stringify([conversationId, userId, seq]);
export const reactionKey = (conversationId: string, seq: number, userId: string): string =>
  JSON.stringify([conversationId, seq, userId]);
export const allowanceKey = (userId: string, kind: string): string => JSON.stringify([userId, kind]);
export const groupClaimKey = (userId: string, name: string): string => JSON.stringify([userId, name]);
export const pairKey = (userId: string, otherId: string): string => JSON.stringify([userId, otherId].sort());
