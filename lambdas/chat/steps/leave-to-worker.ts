import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Task } from "../../protocol/worker-tasks.ts";
import type { Chat } from "../chat.ts";
import type { Target } from "./fan-out.ts";

/** What is told of a message. */
export interface Happening {
  readonly event: Extract<EventFrame, { readonly type: "new_message" | "message_changed" }>;
  /** Whether those outside the room see it in their list. */
  readonly showsInList: boolean;
}

/** So many connections one task tells. */
const CONNECTIONS_PER_TASK = 250;
/** SQS takes 256 KB a message; user ids may be long. */
const BYTES_PER_TASK = 200 * 1024;

/**
 * Leaves it to the worker to tell these connections. A task has ids alone: the worker shows the message as it stands
 * by then, and nothing that was said waits in a queue, or in its dead letters, after it was deleted. What cannot be
 * queued is lost as an event, which `sync` makes up for: the message is stored.
 */
export async function leaveToWorker(
  chat: Chat,
  { event, showsInList }: Happening,
  left: readonly Target[],
): Promise<void> {
  const { conversationId, seq } = event.message;
  const tasks = chunksOf(left).map((targets): Task => ({
    type: "tell",
    conversationId,
    seq,
    event: event.type,
    showsInList,
    targets,
  }));
  try {
    await chat.queue.sendAll(tasks);
  } catch (cause) {
    chat.log.error("telling later failed", cause, { conversationId, connections: left.length });
  }
}

type TellTarget = Extract<Task, { readonly type: "tell" }>["targets"][number];

function chunksOf(left: readonly Target[]): readonly (readonly TellTarget[])[] {
  const chunks: TellTarget[][] = [];
  let bytes = Infinity;
  for (const { user, connection } of left) {
    const target = { userId: user.id, connectionId: connection.id };
    const size = Buffer.byteLength(JSON.stringify(target)) + 1;
    const last = chunks.at(-1);
    if (!last || last.length === CONNECTIONS_PER_TASK || bytes + size > BYTES_PER_TASK) {
      chunks.push([target]);
      bytes = size;
    } else {
      last.push(target);
      bytes += size;
    }
  }
  return chunks;
}
