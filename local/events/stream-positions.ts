import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How far one mapping has come in one stream. */
export interface StreamPosition {
  readonly streamArn: string;
  /** By shard: the last sequence number that is dealt with, null before the first of the shard. */
  readonly shards: Readonly<Record<string, string | null>>;
  /** Closed shards that have been read to their end. */
  readonly done: readonly string[];
}

export interface StreamPositions {
  get(mappingId: string): StreamPosition | undefined;
  set(mappingId: string, position: StreamPosition): void;
}

/** Positions that survive a restart, at whatever moment; null instead of a folder keeps them in memory. */
export function openStreamPositions(dataDir: string | null): StreamPositions {
  const file = dataDir === null ? null : join(dataDir, "stream-positions.json");
  if (dataDir !== null) mkdirSync(dataDir, { recursive: true });
  const positions = new Map<string, StreamPosition>(file === null ? [] : load(file));
  return {
    get: (mappingId) => positions.get(mappingId),
    set: (mappingId, position) => {
      positions.set(mappingId, position);
      if (file === null) return;
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(positions), null, 1));
      renameSync(`${file}.new`, file);
    },
  };
}

function load(file: string): [string, StreamPosition][] {
  if (!existsSync(file)) return [];
  return Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, StreamPosition>);
}
