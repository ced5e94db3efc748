import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { startDeadline } from "../../local/test/support/pace.ts";

export type FrameType = ServerFrame["type"];
export type FrameOf<T extends FrameType> = Extract<ServerFrame, { type: T }>;
/** A type of frame, or a closer look at frames. */
export type Match = FrameType | ((frame: ServerFrame) => boolean);

interface Waiting {
  readonly matches: (frame: ServerFrame) => boolean;
  readonly resolve: (frame: ServerFrame) => void;
  /** Something came, if not what is waited for. */
  readonly progress: () => void;
}

/** Longer than any grace or lease a test waits for. */
const DEADLINE_MS = 30_000;

/** Every frame a socket received, in order. A frame is handed out once, whether awaited before or after it came. */
export class FrameQueue {
  /** All of them, handed out or not. */
  readonly received: ServerFrame[] = [];
  readonly #pending = new Set<ServerFrame>();
  readonly #waiting = new Set<Waiting>();

  push(frame: ServerFrame): void {
    this.received.push(frame);
    for (const waiting of this.#waiting) {
      if (!waiting.matches(frame)) {
        waiting.progress();
        continue;
      }
      this.#waiting.delete(waiting);
      waiting.resolve(frame);
      return;
    }
    this.#pending.add(frame);
  }

  /** The oldest frame that matches and was not handed out, or the next to come; rejects after the deadline. */
  next(match: Match, deadlineMs?: number): Promise<ServerFrame> {
    const matches = matcherOf(match);
    const found = this.pending(match)[0];
    if (found) {
      this.#pending.delete(found);
      return Promise.resolve(found);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        matches,
        progress: () => deadline.progress(),
        resolve: (frame) => {
          deadline.cancel();
          resolve(frame);
        },
      };
      const deadline = startDeadline(deadlineMs ?? DEADLINE_MS, () => {
        this.#waiting.delete(waiting);
        const seen = this.received.map((frame) => JSON.stringify(frame).slice(0, 300)).join("\n  ");
        reject(
          new Error(`No frame matched ${String(match)} in good time. Received:\n  ${seen || "nothing"}`),
        );
      });
      this.#waiting.add(waiting);
    });
  }

  /** What matches and was not handed out. */
  pending(match: Match): readonly ServerFrame[] {
    return [...this.#pending].filter(matcherOf(match));
  }
}

function matcherOf(match: Match): (frame: ServerFrame) => boolean {
  return typeof match === "function" ? match : (frame) => frame.type === match;
}
