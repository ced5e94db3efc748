import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Chat } from "../chat/chat.ts";
import type { ErasureStore, TraceStore } from "../chat/duty-ports.ts";
import { createMemory } from "../chat/memory.ts";
import type { Sockets, TaskQueue } from "../chat/ports.ts";
import { createLimits } from "../chat/rate-limit.ts";
import { createSockets } from "../push/sockets.ts";
import { createAllowanceStore } from "../store/allowances.ts";
import { createBlockStore } from "../store/blocks.ts";
import { createChangeStore } from "../store/changes.ts";
import { createErasureStore } from "../store/erasures.ts";
import { createGroupClaimStore } from "../store/group-claims.ts";
import { createHeadStore } from "../store/heads.ts";
import { createInboxStore } from "../store/inbox.ts";
import { SWEEP_SHARDS } from "../store/keys.ts";
import { createMemberStore } from "../store/members.ts";
import { createMentionStore } from "../store/mentions.ts";
import { createMessageStore } from "../store/messages.ts";
import { createPairStore } from "../store/pairs.ts";
import { readStreamRecord } from "../store/stream-records.ts";
import type { Table } from "../store/table.ts";
import { createReactionStore } from "../store/reactions.ts";
import { createTraceStore } from "../store/traces.ts";
import { createUserStore } from "../store/users.ts";
import type { Environment } from "./env.ts";
import { createLog } from "./log.ts";
import { createMetrics, type MetricsWriter } from "./metrics.ts";
import { createTaskQueue } from "./task-queue.ts";

/** The one place where ports meet what fulfils them. Clients are made once, when the function loads. */

const MAX_CONNECTIONS = 10;
const MAX_ROOMS = 10;
const AVATAR_SCHEMES = ["https:"];

/** What a test may put in place of the real thing. */
export interface Replacements {
  readonly documentClient?: DynamoDBDocumentClient;
  readonly sockets?: Sockets;
  readonly clock?: Chat["clock"];
}

/** Rates that a function's environment leaves out are off. */
type ChatEnvironment = Pick<
  Environment<"websocket">,
  "TABLE_NAME" | "CALLBACK_URL" | "QUEUE_URL" | "PRESENCE_GRACE_SECONDS" | "DISCLOSE_TO" | "LOG_LEVEL"
> &
  Partial<
    Pick<
      Environment<"websocket"> & Environment<"http">,
      | "METRICS_STAGE"
      | "SENDS_PER_SECOND"
      | "TYPING_PER_SECOND"
      | "READS_PER_SECOND"
      | "JOINS_PER_SECOND"
      | "LOOKUPS_PER_SECOND"
      | "CONVERSATIONS_PER_HOUR"
      | "DIRECTORY"
      | "MAX_GROUP_MEMBERS"
    >
  > &
  Pick<Environment<"http">, "AVATAR_SCHEMES">;

/** What routes need, and what a function's handler has to write of it. */
export type ComposedChat = Chat & { readonly metrics: MetricsWriter };

/** Everything the routes need. */
export const composeChat = (env: ChatEnvironment, replace: Replacements = {}): ComposedChat =>
  chatOver(tableOf(env, replace), env, replace);

function chatOver(table: Table, env: ChatEnvironment, replace: Replacements): ComposedChat {
  const log = createLog(env.LOG_LEVEL);
  const recognition = recognitionOf(table, env, replace);
  const allowances = createAllowanceStore(table);
  const rates = {
    sends: env.SENDS_PER_SECOND ?? 0,
    typing: env.TYPING_PER_SECOND ?? 0,
    reads: env.READS_PER_SECOND ?? 0,
    joins: env.JOINS_PER_SECOND ?? 0,
    lookups: env.LOOKUPS_PER_SECOND ?? 0,
  };
  return {
    ...recognition,
    metrics: createMetrics(env.METRICS_STAGE, () => recognition.clock.now()),
    heads: createHeadStore(table),
    messages: createMessageStore(table),
    changes: createChangeStore(table),
    reactions: createReactionStore(table),
    members: createMemberStore(table),
    blocks: createBlockStore(table),
    mentions: createMentionStore(table),
    inbox: createInboxStore(table),
    pairs: createPairStore(table),
    groupClaims: createGroupClaimStore(table),
    sockets: replace.sockets ?? createSockets(managementClient(env.CALLBACK_URL), log),
    queue: createQueue(env.QUEUE_URL),
    log,
    random: { bytes: randomBytes, fraction: Math.random },
    rules: {
      ...recognition.rules,
      graceMs: env.PRESENCE_GRACE_SECONDS * 1000,
      maxConnections: MAX_CONNECTIONS,
      maxRooms: MAX_ROOMS,
      sweepShards: SWEEP_SHARDS,
      discloseTo: env.DISCLOSE_TO === "acquainted" ? "acquainted" : "participants",
      conversationsPerHour: env.CONVERSATIONS_PER_HOUR ?? 0,
      directory: env.DIRECTORY === "prefix" || env.DIRECTORY === "exact" ? env.DIRECTORY : "off",
      maxGroupMembers: env.MAX_GROUP_MEMBERS ?? 0,
    },
    allowances,
    limits: createLimits(rates, allowances, recognition.clock),
  };
}

/** What it takes to know a user: all that the authorizer and the sign-up trigger need. */
export type Recognition = Pick<Chat, "users" | "memory" | "clock" | "log"> & {
  readonly rules: Pick<Chat["rules"], "avatarSchemes">;
};

/** How often the database is asked, and how long each time, before a call fails. */
export interface Patience {
  readonly maxAttempts: number;
  readonly tryMs: number;
}

/** The same without anything a frame or request needs. */
export const composeRecognition = (
  env: Environment<"signUp">,
  replace: Replacements = {},
  patience?: Patience,
): Recognition => recognitionOf(tableOf(env, replace, patience), env, replace);

const recognitionOf = (table: Table, env: Environment<"signUp">, { clock }: Replacements): Recognition => ({
  users: createUserStore(table),
  memory: createMemory(),
  clock: clock ?? { now: Date.now, pause: (ms) => pause(ms) },
  log: createLog(env.LOG_LEVEL),
  rules: { avatarSchemes: env.AVATAR_SCHEMES ?? AVATAR_SCHEMES },
});

/** Everything the WebSocket's routes need. */
export interface SocketParts {
  readonly chat: Chat;
  readonly queue: TaskQueue;
}

/** The chat, and the queue for what has to wait. */
export function composeWebSocket(
  env: Environment<"websocket">,
  replace: Replacements = {},
): SocketParts & { readonly chat: ComposedChat } {
  const chat = composeChat(env, replace);
  return { chat, queue: chat.queue };
}

/** What the duties that data brings along need beside the chat. */
interface DutyParts {
  readonly erasures: ErasureStore;
  readonly traces: TraceStore;
}

const dutiesOver = (table: Table): DutyParts => ({
  erasures: createErasureStore(table),
  traces: createTraceStore(table),
});

/** Everything the admin routes need. */
export interface AdminParts extends SocketParts, DutyParts {
  /** What a token has to have among its scopes. */
  readonly adminScope: string;
}

/** The chat, the queue, and whom admin routes are for. */
export const composeAdmin = (
  env: Environment<"admin">,
  replace: Replacements = {},
): AdminParts & { readonly chat: ComposedChat } => {
  const table = tableOf(env, replace);
  const chat = chatOver(table, env, replace);
  return { chat, queue: chat.queue, ...dutiesOver(table), adminScope: env.ADMIN_SCOPE };
};

/** Everything the worker needs. */
export interface WorkerParts extends SocketParts, DutyParts {
  readonly readStreamRecord: typeof readStreamRecord;
}

/** The chat, the queue, and how to read the table's stream. */
export const composeWorker = (
  env: Environment<"worker">,
  replace: Replacements = {},
): WorkerParts & { readonly chat: ComposedChat } => {
  const table = tableOf(env, replace);
  const chat = chatOver(table, env, replace);
  return { chat, queue: chat.queue, ...dutiesOver(table), readStreamRecord };
};

function createQueue(QueueUrl: string): TaskQueue {
  const client = new SQSClient({});
  return createTaskQueue((entries) =>
    client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...entries] })),
  );
}

/**
 * Whatever logger has an `info`, the SDK's silent one included, is given a filtered copy of each call's input
 * and output: a twentieth of a send's CPU (`npm run bench -- send-cpu`), and content has no business in a log.
 */
const WITHOUT_INFO = { debug: () => undefined, warn: () => undefined } as unknown as NonNullable<
  DynamoDBClientConfig["logger"]
>;

/**
 * How long a connection may take to come about, in milliseconds. The SDK's timer also counts the time in which
 * the function is busy with others: with 1,000, 130 connections at once failed on a machine five times
 * overbooked. Four tries at a
 * host that is gone still end within the ten seconds of what answers requests.
 */
const CONNECTION_TIMEOUT_MS = 2_000;

const tableOf = (
  env: Environment<"signUp">,
  { documentClient }: Replacements,
  { maxAttempts, tryMs }: Patience = { maxAttempts: 4, tryMs: 3_000 },
): Table => ({
  name: env.TABLE_NAME,
  client:
    documentClient ??
    DynamoDBDocumentClient.from(
      // A call that hangs is given up before the function is: the retry then still has its chance.
      new DynamoDBClient({
        logger: WITHOUT_INFO,
        maxAttempts,
        requestHandler: {
          connectionTimeout: Math.min(CONNECTION_TIMEOUT_MS, tryMs),
          requestTimeout: tryMs,
          throwOnRequestTimeout: true,
        },
      }),
      { marshallOptions: { removeUndefinedValues: true } },
    ),
});

const managementClient = (endpoint: string): ApiGatewayManagementApiClient =>
  new ApiGatewayManagementApiClient({
    endpoint,
    logger: WITHOUT_INFO,
    // What fails is tried again where the waiting can be cut short: push/sockets.ts.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: 2_000,
      throwOnRequestTimeout: true,
    },
  });
