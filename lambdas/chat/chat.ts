import type { Memory } from "./memory.ts";
import type { DisclosureRules } from "./model/disclosure.ts";
import type { PresenceRules } from "./model/presence.ts";
import type {
  AllowanceStore,
  BlockStore,
  ChangeStore,
  GroupClaimStore,
  HeadStore,
  Sockets,
  InboxStore,
  Log,
  MemberStore,
  MentionStore,
  MessageStore,
  Metrics,
  PairStore,
  ReactionStore,
  TaskQueue,
  UserStore,
} from "./ports.ts";
import type { Limits } from "./rate-limit.ts";

/** Everything an operation works with; made once per function environment. */
export interface Chat {
  readonly users: UserStore;
  readonly heads: HeadStore;
  readonly messages: MessageStore;
  readonly changes: ChangeStore;
  readonly reactions: ReactionStore;
  readonly members: MemberStore;
  readonly blocks: BlockStore;
  readonly mentions: MentionStore;
  readonly inbox: InboxStore;
  readonly pairs: PairStore;
  readonly groupClaims: GroupClaimStore;
  readonly sockets: Sockets;
  readonly queue: TaskQueue;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: Rules;
  readonly memory: Memory;
  readonly allowances: AllowanceStore;
  readonly limits: Limits;
}

/** Time as the rules see it; a test may move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds: between tries at a contended item. */
  pause(ms: number): Promise<void>;
}

/** Chance as the rules see it; a test may seed it. */
export interface Random {
  readonly bytes: (count: number) => Uint8Array;
  /** From 0 up to 1, exclusive. */
  fraction(): number;
}

/** What a deployment, or a test, may set of the rules. */
export interface Rules extends PresenceRules, DisclosureRules {
  readonly maxRooms: number;
  readonly sweepShards: number;
  /** Of the address of a picture: `https:`, and where the client is on the same machine also `http:`. */
  readonly avatarSchemes: readonly string[];
  /** New conversations a user may begin an hour; 0 is without limit. */
  readonly conversationsPerHour: number;
  /** How users are found by their handle: by how it begins, by all of it, or not at all. */
  readonly directory: "prefix" | "exact" | "off";
  readonly maxGroupMembers: number;
}

/** In whose name something is done, and through which of their connections; null: through none. */
export interface Actor {
  readonly userId: string;
  readonly connectionId: string | null;
}

/** Who asks, from the token alone; over the WebSocket also through which connection. */
export type Caller = Actor;

/** Who administers, by the scope of a token: a person or a machine, and a participant of nothing by that. */
export interface Admin {
  /** The token's subject. */
  readonly adminId: string;
}

/** A caller over the WebSocket: the user of the token the connection was opened with. */
export type ConnectedCaller = Caller & { readonly connectionId: string };
