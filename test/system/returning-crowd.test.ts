import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inParallel } from "../../lambdas/chat/in-parallel.ts";
import { openConnection } from "../../lambdas/chat/operations/open-connection.ts";
import { composeChat } from "../../lambdas/runtime/composition.ts";
import { createInboxStore } from "../../lambdas/store/inbox.ts";
import { startEngine, type Engine } from "../../local/database/engine.ts";
import { Cast } from "../support/cast.ts";
import { NO_QUEUE } from "../support/memory/chat.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";

const CROWD = 1_000;
/** The crowd's own work, on a machine that does something else as well. */
const LIMIT_MS = 120_000;
/** Of each database call: what waits for it can wait side by side, also where two processors serve ten functions. */
const DELAY_MS = 100;
/** Eight users of a batch side by side: one batch after another, they would wait 25 s for the database alone. */
const BATCHES_AT_ONCE = 5;

let engine: Engine;
let cloud: RunningCloud;
let db: DynamoDBClient;
beforeAll(async () => {
  const outcome = await startEngine({ dataDir: null, endpoint: "" });
  if (outcome.type !== "started") throw new Error(outcome.message);
  ({ engine } = outcome);
  cloud = await startParley({ env: { DYNAMODB_ENDPOINT: engine.url } });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  db = new DynamoDBClient({ endpoint: engine.url, region: "us-east-1", credentials });
});
afterAll(async () => {
  await cloud?.stop();
  db?.destroy();
  await engine?.stop();
});

/** The rules beside the cloud, on the same database: a thousand sockets would measure this machine. */
async function chatOnTheDatabase() {
  const { TableNames: [name = ""] = [] } = await db.send(new ListTablesCommand({}));
  const client = DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } });
  const env = {
    TABLE_NAME: name,
    CALLBACK_URL: cloud.managementUrl,
    QUEUE_URL: "http://127.0.0.1:1/000000000000/tasks",
    PRESENCE_GRACE_SECONDS: 10,
    DISCLOSE_TO: "participants",
    LOG_LEVEL: "error",
  } as const;
  const sockets = { push: () => Promise.resolve([]), close: () => Promise.resolve([]) };
  return {
    chat: composeChat(env, { documentClient: client, sockets }),
    inbox: createInboxStore({ client, name }),
  };
}

/** How many batches of the table's stream the worker had at once, at most. */
async function mostAtOnce(): Promise<number> {
  const response = await fetch(`${cloud.httpUrl}/_local/state`);
  const { requests } = (await response.json()) as {
    requests: readonly { readonly route: string; readonly at: string; readonly ms: number }[];
  };
  const spans = requests
    .filter(({ route }) => route.startsWith("stream "))
    .map(({ at, ms }) => ({ from: Date.parse(at) - ms, to: Date.parse(at) }));
  const overlaps = spans.map(({ from }) => spans.filter((one) => one.from <= from && from < one.to).length);
  return Math.max(0, ...overlaps);
}

test(
  "a thousand users who come back at once are announced side by side, each once",
  async () => {
    const cast = new Cast(cloud);
    const watcher = await cast.user("watcher");
    const device = await watcher.connect();
    const { chat, inbox } = await chatOnTheDatabase();
    const crowd = Array.from({ length: CROWD }, (_, n) => `user-${n}`);
    await inParallel(crowd, 20, async (userId) => {
      await chat.users.saveClaims(userId, {});
      await inbox.create(userId, watcher.id, { conversationId: `with-${userId}`, activityAt: 0 });
    });
    await fetch(`${cloud.httpUrl}/_local/faults`, {
      method: "POST",
      body: JSON.stringify({ database: { delayMs: DELAY_MS } }),
    });
    const tokenExpiresAt = Date.now() + 60 * 60 * 1_000;
    await inParallel(crowd, 40, (userId) =>
      openConnection(chat, NO_QUEUE, {
        userId,
        connectionId: `socket-of-${userId}`,
        tokenExpiresAt,
        tokenIssuedAt: null,
      }),
    );
    const waiting = new Set(crowd);
    while (waiting.size > 0) {
      const frame = await device.next("user_online");
      expect(waiting.delete(frame.userId)).toBe(true);
    }
    expect(await mostAtOnce()).toBeGreaterThanOrEqual(BATCHES_AT_ONCE);
    await cast.leave();
  },
  LIMIT_MS,
);
