import type { Task } from "../protocol/worker-tasks.ts";
import type { WorkerParts } from "../runtime/composition.ts";

/** How long a record is repeated in the stream, in its place: most failures pass within moments. */
const REPEATED_FOR_MS = 30_000;

/**
 * What goes on failing is handed to the queue, so that it neither holds up the stream nor ends as a mere reference
 * to a record that the stream forgets within a day: the queue, and its dead letters after it, keep the work itself.
 * False: the record is to come again.
 */
export async function handOver({ chat, queue }: WorkerParts, task: Task, storedAt: number): Promise<boolean> {
  if (chat.clock.now() - storedAt < REPEATED_FOR_MS) return false;
  try {
    await queue.send(task, 0);
    return true;
  } catch (cause) {
    chat.log.error("hand-over failed", cause);
    return false;
  }
}
