import type { Chat } from "../../../lambdas/chat/chat.ts";
import { createMemory } from "../../../lambdas/chat/memory.ts";
import type {
  CloseOutcome,
  Sockets,
  Log,
  Metrics,
  Push,
  PushOutcome,
  TaskQueue,
} from "../../../lambdas/chat/ports.ts";
import { createLimits, type Rates } from "../../../lambdas/chat/rate-limit.ts";
import { memoryAllowances } from "./allowances.ts";
import { memoryBlocks } from "./blocks.ts";
import { memoryChanges, memoryReactions } from "./changes.ts";
import { memoryGroupClaims } from "./group-claims.ts";
import { memoryHeads } from "./heads.ts";
import { MemoryDatabase } from "./database.ts";
import { call, CALM } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";
import { memoryInbox } from "./inbox.ts";
import { memoryMembers } from "./members.ts";
import { memoryMentions } from "./mentions.ts";
import { memoryMessages } from "./messages.ts";
import { MemoryMetrics } from "./metrics.ts";
import { memoryPairs } from "./pairs.ts";
import { seededRandom } from "./seeded-random.ts";
import { memoryUsers } from "./users.ts";

/** Remembers what was pushed and closed; `outcomeOf` and `closeOutcomeOf` say what becomes of it. */
export class MemorySockets implements Sockets {
  readonly pushed: Push[] = [];
  readonly closed: string[] = [];
  outcomeOf: (connectionId: string) => PushOutcome = () => "delivered";
  closeOutcomeOf: (connectionId: string) => CloseOutcome = () => "closed";
  readonly #hooks: Hooks;

  constructor(hooks: Hooks = CALM) {
    this.#hooks = hooks;
  }

  push(pushes: readonly Push[]): Promise<readonly PushOutcome[]> {
    return call(this.#hooks, "sockets.push", () =>
      pushes.map((push) => {
        const outcome = this.outcomeOf(push.connectionId);
        if (outcome === "delivered") this.pushed.push(push);
        return outcome;
      }),
    );
  }

  close(connectionIds: readonly string[]): Promise<readonly CloseOutcome[]> {
    return call(this.#hooks, "sockets.close", () => {
      const outcomes = connectionIds.map((id) => this.closeOutcomeOf(id));
      this.closed.push(...connectionIds.filter((_, index) => outcomes[index] === "closed"));
      return outcomes;
    });
  }
}

export const SILENT: Log = {
  audit: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** For what queues nothing. */
export const NO_QUEUE: TaskQueue = {
  send: () => Promise.reject(new Error("Nothing was to be queued.")),
  sendAll: () => Promise.reject(new Error("Nothing was to be queued.")),
};

const WITHOUT_LIMIT: Rates = { sends: 0, typing: 0, reads: 0, joins: 0, lookups: 0 };

export interface MemoryChatOptions {
  readonly database?: MemoryDatabase;
  readonly hooks?: Hooks;
  readonly sockets?: Sockets;
  readonly queue?: TaskQueue;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: Log;
  readonly metrics?: Metrics;
  readonly rules?: Partial<Chat["rules"]>;
  readonly rates?: Partial<Rates>;
}

/** A function environment over the in-memory stores. Those made over one database see one another's writes. */
export function memoryChat({
  database = new MemoryDatabase(),
  hooks = CALM,
  sockets = new MemorySockets(hooks),
  queue = NO_QUEUE,
  now = () => Date.UTC(2030, 0, 1),
  random = seededRandom(1),
  log = SILENT,
  metrics = new MemoryMetrics(),
  rules = {},
  rates = {},
}: MemoryChatOptions = {}): Chat {
  return {
    users: memoryUsers(database, hooks),
    heads: memoryHeads(database, hooks),
    messages: memoryMessages(database, hooks),
    changes: memoryChanges(database, hooks),
    reactions: memoryReactions(database, hooks),
    members: memoryMembers(database, hooks),
    blocks: memoryBlocks(database, hooks),
    mentions: memoryMentions(database, hooks),
    inbox: memoryInbox(database, hooks),
    pairs: memoryPairs(database, hooks),
    groupClaims: memoryGroupClaims(database, hooks),
    sockets,
    queue,
    log,
    metrics,
    clock: { now, pause: () => hooks.step({ name: "clock.pause", phase: "before" }) },
    random: {
      bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
      fraction: random,
    },
    rules: {
      graceMs: 10_000,
      maxConnections: 10,
      maxRooms: 10,
      sweepShards: 1,
      avatarSchemes: ["https:"],
      conversationsPerHour: 0,
      maxGroupMembers: 250,
      discloseTo: "participants",
      directory: "prefix",
      ...rules,
    },
    memory: createMemory(),
    allowances: memoryAllowances(database, hooks),
    limits: createLimits({ ...WITHOUT_LIMIT, ...rates }, memoryAllowances(database, hooks), { now }),
  };
}
