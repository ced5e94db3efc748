import { openLocalIssuer, type LocalIssuer } from "../../local/identity/issuer.ts";
import { REGION, startTestEngine, type TestEngine, type TestTable } from "./engine.ts";
import { startManagementApi, type FakeManagementApi } from "./management-api.ts";
import { startTaskQueue, type FakeTaskQueue } from "./task-queue.ts";

export const ISSUER = "https://issuer.example/pool";
export const AUDIENCE = "chat-app";
export const ORIGIN = "https://chat.example";

/** Everything the handlers meet when they are deployed, on 127.0.0.1. */
export interface Deployment {
  readonly engine: TestEngine;
  readonly table: TestTable;
  readonly management: FakeManagementApi;
  readonly queue: FakeTaskQueue;
  readonly issuer: LocalIssuer;
  /** Moves the handlers' clock on. */
  passTime(ms: number): void;
  stop(): Promise<void>;
}

/**
 * Starts what the handlers need and sets this process's environment accordingly; handlers must be loaded
 * after that. `variables` win over the defaults.
 */
export async function deploy(variables: Readonly<Record<string, string>> = {}): Promise<Deployment> {
  const engine = await startTestEngine();
  const [table, management, queue, issuer] = await Promise.all([
    engine.createTable(),
    startManagementApi(),
    startTaskQueue(),
    openLocalIssuer({ folder: null }),
  ]);
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: engine.url,
    AWS_ENDPOINT_URL_SQS: new URL(queue.url).origin,
    TABLE_NAME: table.name,
    CALLBACK_URL: management.url,
    QUEUE_URL: queue.url,
    PRESENCE_GRACE_SECONDS: "10",
    SENDS_PER_SECOND: "0",
    TYPING_PER_SECOND: "0",
    READS_PER_SECOND: "0",
    JOINS_PER_SECOND: "0",
    LOOKUPS_PER_SECOND: "0",
    CONVERSATIONS_PER_HOUR: "0",
    MAX_GROUP_MEMBERS: "250",
    DISCLOSE_TO: "participants",
    DIRECTORY: "prefix",
    ADMIN_SCOPE: "parley/admin",
    ISSUER,
    AUDIENCES: JSON.stringify([AUDIENCE]),
    ALLOWED_ORIGINS: JSON.stringify([ORIGIN]),
    OIDC_JWKS: issuer.jwks(),
    ...variables,
  });
  const realNow = Date.now;
  let ahead = 0;
  Date.now = () => realNow() + ahead;
  return {
    engine,
    table,
    management,
    queue,
    issuer,
    passTime(ms) {
      ahead += ms;
    },
    async stop() {
      Date.now = realNow;
      process.env = before;
      await Promise.all([management.stop(), queue.stop(), engine.stop()]);
    },
  };
}
