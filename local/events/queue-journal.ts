import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Message, QueueChange } from "./queue.ts";

/** Lines beyond the live messages after which the file is rewritten. */
const SLACK_LINES = 5_000;

interface Entry {
  readonly queue: string;
  readonly change: QueueChange;
}

/** What happened to all queues, one line each: it survives the process, killed at whatever moment. */
export interface QueueJournal {
  append(queue: string, change: QueueChange): void;
}

/**
 * Opens the journal, hands what is in it to `restore` and rewrites it. `live` gives all messages there
 * are whenever the file has grown too long. Null instead of a folder keeps nothing.
 */
export function openQueueJournal(
  dataDir: string | null,
  restore: (queue: string, messages: readonly Message[]) => void,
  live: () => Iterable<readonly [queue: string, message: Message]>,
): QueueJournal {
  if (dataDir === null) return { append: () => undefined };
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "queues.jsonl");
  for (const [queue, messages] of replay(file)) restore(queue, [...messages.values()]);

  let slack = 0;
  const rewrite = (): void => {
    const lines = [...live()].map(([queue, message]) => line({ queue, change: { type: "put", message } }));
    writeFileSync(`${file}.new`, lines.join(""));
    renameSync(`${file}.new`, file);
    slack = 0;
  };
  rewrite();
  return {
    append: (queue, change) => {
      appendFileSync(file, line({ queue, change }));
      slack += 1;
      if (slack > SLACK_LINES) rewrite();
    },
  };
}

function line(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function replay(file: string): Map<string, Map<string, Message>> {
  const queues = new Map<string, Map<string, Message>>();
  if (!existsSync(file)) return queues;
  for (const text of readFileSync(file, "utf8").split("\n")) {
    const entry = parse(text);
    if (entry === undefined) continue;
    const messages = queues.get(entry.queue) ?? new Map<string, Message>();
    queues.set(entry.queue, messages);
    if (entry.change.type === "put") messages.set(entry.change.message.id, entry.change.message);
    else messages.delete(entry.change.id);
  }
  return queues;
}

/** The last line may be cut short by a crash. */
function parse(text: string): Entry | undefined {
  try {
    return JSON.parse(text) as Entry;
  } catch {
    return undefined;
  }
}
