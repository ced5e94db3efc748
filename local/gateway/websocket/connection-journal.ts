import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import type { ConnectionChange, ConnectionFacts } from "./connection-registry.ts";

/** Which connections are owed a `$disconnect`, on disk, so that a killed local cloud can make up for it. */
export interface ConnectionJournal {
  /** Those the previous run left behind. They stay in it until they are `ended`. */
  readonly lost: readonly ConnectionFacts[];
  /** Written before it returns: a SIGKILL right after loses nothing. */
  record(change: ConnectionChange): void;
  close(): void;
}

/** Opens the journal and shortens it to what is still owed. */
export function openConnectionJournal(file: string): ConnectionJournal {
  const lost = readLost(file);
  const draft = `${file}.draft`;
  const kept = lost.map((connection) => lineOf({ type: "opened", connection })).join("");
  // What authorizers said of people stands in it.
  writeFileSync(draft, kept, { mode: 0o600 });
  renameSync(draft, file);
  let descriptor: number | undefined = openSync(file, "a");
  return {
    lost,
    record: (change) => {
      if (descriptor !== undefined) writeSync(descriptor, lineOf(change));
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

function readLost(file: string): ConnectionFacts[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  const lost = new Map<string, ConnectionFacts>();
  for (const line of text.split("\n")) {
    const change = parse(line);
    if (change?.type === "opened") lost.set(change.connection.id, change.connection);
    else if (change?.type === "ended") lost.delete(change.id);
  }
  return [...lost.values()];
}

/** The last line may have been cut short by a crash of the machine. */
function parse(line: string): ConnectionChange | undefined {
  try {
    return JSON.parse(line) as ConnectionChange;
  } catch {
    return undefined;
  }
}

const lineOf = (change: ConnectionChange): string => `${JSON.stringify(change)}\n`;
