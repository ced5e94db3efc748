import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { TableModel } from "../assembly/model.ts";
import { clientSettings } from "../database/client-settings.ts";
import { pause } from "../events/event-log.ts";
import type { EngineClient } from "./engine-client.ts";
import { currentItems, followChanges, tellsNewImages } from "./item-changes.ts";
import { openLaggingCopy, type LaggingCopy } from "./lagging-copy.ts";

/** How old what a stale read answers is. DynamoDB's copies are "usually" consistent within a second. */
const STALE_MS = 300;
/** Between two looks at the streams, while somebody reads the past and while nobody does. */
const LOOK_MS = 20;
const IDLE_LOOK_MS = 200;

/** Which copy of the data answers a read. */
export type ReadFrom = "present" | "stale" | "index";

/** What the database was some time ago: each answer was true once, and all of it at one moment. */
export interface PastStates {
  /** Makes the copies, the first time, before they are read; a sentence where that is not possible. */
  prepare(): Promise<string | undefined>;
  /** How far indexes are behind, in milliseconds, and whether anybody reads the past at all. */
  follow(indexLagMs: number, isRead: boolean): void;
  /** Null where there is no such copy: the present answers. */
  clientFor(from: ReadFrom): Pick<EngineClient, "send"> | null;
  close(): Promise<void>;
}

interface Copies {
  readonly stale: LaggingCopy;
  readonly index: LaggingCopy;
}

/**
 * Reads of the past are answered by copies of the database that follow its streams at a distance. They are
 * made when a fault first asks for them, and kept.
 */
export function createPastStates(options: {
  readonly engineUrl: string;
  readonly tables: () => readonly TableModel[];
  readonly region: () => string;
  readonly onFailure: (cause: unknown) => void;
  /** How old what a stale read answers is, in milliseconds; default 300. */
  readonly staleMs?: number;
}): PastStates {
  const closing = new AbortController();
  let preparing: Promise<string | undefined> | undefined;
  let copies: Copies | undefined;
  let following: Promise<void> = Promise.resolve();
  let indexLagMs = 0;
  let lookMs = IDLE_LOOK_MS;
  const opened: LaggingCopy[] = [];

  /** A copy that cannot keep up any more would be wrong for ever. */
  const give = (cause: unknown): void => {
    copies = undefined;
    options.onFailure(cause);
  };

  const open = async (): Promise<string | undefined> => {
    const tables = options.tables().filter(tellsNewImages);
    if (tables.length === 0)
      return "No table has a stream with new images, by which its past could be followed.";
    const region = options.region();
    const outcomes = await Promise.all([1, 2].map(() => openLaggingCopy(tables, region, give)));
    const made = outcomes.flatMap((outcome) => (outcome.type === "opened" ? outcome.copy : []));
    opened.push(...made);
    const failed = outcomes.find((outcome) => outcome.type === "failed");
    const [stale, index] = made;
    if (stale === undefined || index === undefined) return failed?.message ?? "No copy could be made.";
    const client = clientSettings(options.engineUrl, region);
    const db = new DynamoDBClient(client);
    const streams = new DynamoDBStreamsClient(client);

    // From here on no write is missed; what the scan has seen already is written once more.
    const reads = await Promise.all(tables.map((table) => followChanges(db, streams, table)));
    const changes = async () => (await Promise.all(reads.map((read) => read()))).flat();
    const add = (change: Parameters<LaggingCopy["add"]>[0]): void => made.forEach((copy) => copy.add(change));
    for (const table of tables) for await (const item of currentItems(db, table)) add(item);
    let late = await changes();
    while (late.length > 0) {
      late.forEach(add);
      late = await changes();
    }
    await Promise.all(made.map((copy) => copy.settle()));
    stale.setLag(options.staleMs ?? STALE_MS);
    index.setLag(indexLagMs);

    following = (async () => {
      while (!closing.signal.aborted) {
        (await changes()).forEach(add);
        await pause(lookMs, closing.signal);
      }
    })()
      .catch(give)
      .finally(() => {
        db.destroy();
        streams.destroy();
      });
    copies = { stale, index };
    return undefined;
  };

  return {
    prepare: async () => {
      if (copies === undefined) preparing ??= open().finally(() => (preparing = undefined));
      return preparing;
    },
    follow: (lagMs, isRead) => {
      indexLagMs = lagMs;
      lookMs = isRead ? LOOK_MS : IDLE_LOOK_MS;
      copies?.index.setLag(lagMs);
    },
    clientFor: (from) => (from === "present" ? null : (copies?.[from].client ?? null)),
    close: async () => {
      closing.abort();
      await preparing?.catch(() => undefined);
      await following;
      await Promise.all(opened.map((copy) => copy.close()));
    },
  };
}
