import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableModel } from "../assembly/model.ts";
import { clientSettings } from "../database/client-settings.ts";
import { startEngine } from "../database/engine.ts";
import { provisionTables } from "../database/provision-tables.ts";
import { openEngineClient, type EngineClient } from "./engine-client.ts";
import type { ItemChange } from "./item-changes.ts";

/** DynamoDB's limit on one batch of writes. */
const BATCH_ITEMS = 25;

/** A second database that stands where the first one stood some time ago. */
export interface LaggingCopy {
  readonly client: Pick<EngineClient, "send">;
  /** Takes a change over, in the order of the table's stream; it shows when the lag is over. */
  add(change: ItemChange): void;
  /** In milliseconds; what is older shows at once. */
  setLag(ms: number): void;
  /** Resolves when all that was added shows: only where there is no lag. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export type LaggingCopyOutcome =
  | { readonly type: "opened"; readonly copy: LaggingCopy }
  /** One sentence. */
  | { readonly type: "failed"; readonly message: string };

/** Starts an engine in memory with the same tables; it keeps up with what it is told. */
export async function openLaggingCopy(
  tables: readonly TableModel[],
  region: string,
  onFailure: (cause: unknown) => void,
): Promise<LaggingCopyOutcome> {
  const started = await startEngine({ dataDir: null, endpoint: "" });
  if (started.type === "unavailable") return { type: "failed", message: started.message };
  const { engine } = started;
  const { url } = engine;
  // Removals by TTL come from the first database, like any other change.
  const bare = tables.map(({ ttlAttribute: _ttl, streamView: _stream, ...table }): TableModel => table);
  await provisionTables({ url, region, tables: bare, dataDir: null });
  const db = new DynamoDBClient(clientSettings(url, region));
  const client = openEngineClient(url);

  let pending: { readonly change: ItemChange; readonly at: number }[] = [];
  let lagMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const schedule = (): void => {
    clearTimeout(timer);
    const [first] = pending;
    if (first === undefined || writing !== undefined) return;
    timer = setTimeout(apply, Math.max(0, first.at + lagMs - Date.now()));
  };
  const apply = (): void => {
    const end = pending.findIndex(({ at }) => at + lagMs > Date.now());
    const due = end < 0 ? pending : pending.slice(0, end);
    pending = pending.slice(due.length);
    writing = writeAll(
      db,
      due.map(({ change }) => change),
    )
      .catch(onFailure)
      .finally(() => {
        writing = undefined;
        schedule();
      });
  };

  const copy: LaggingCopy = {
    client,
    add: (change) => {
      pending.push({ change, at: Date.now() });
      if (pending.length === 1) schedule();
    },
    setLag: (ms) => {
      lagMs = ms;
      schedule();
    },
    settle: async () => {
      while (pending.length > 0 || writing !== undefined) {
        await writing;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    close: async () => {
      pending = [];
      clearTimeout(timer);
      await writing;
      client.close();
      db.destroy();
      await engine.stop();
    },
  };
  return { type: "opened", copy };
}

/** Of several changes of an item the last alone: nobody has seen those before it. */
async function writeAll(db: DynamoDBClient, changes: readonly ItemChange[]): Promise<void> {
  const last = new Map(changes.map((change) => [identityOf(change), change]));
  const requests = [...last.values()].map(({ table, key, item }) => ({
    table,
    request: item === null ? { DeleteRequest: { Key: key } } : { PutRequest: { Item: item } },
  }));
  for (let at = 0; at < requests.length; at += BATCH_ITEMS) {
    const RequestItems = Object.create(null) as Record<string, (typeof requests)[number]["request"][]>;
    for (const { table, request } of requests.slice(at, at + BATCH_ITEMS)) {
      (RequestItems[table] ??= []).push(request);
    }
    await db.send(new BatchWriteItemCommand({ RequestItems }));
  }
}

/** One engine gives the attributes of a key in an order that changes. */
const identityOf = ({ table, key }: ItemChange): string =>
  JSON.stringify([table, Object.entries(key).sort(([one], [other]) => (one < other ? -1 : 1))]);
