import type { Chat } from "../chat.ts";
import type { MessageRecord } from "../model/records.ts";
import type { SlotMark } from "../ports.ts";

/** The message to store; its seq is the slot it finds, its time the moment of the put. */
export type Draft = Omit<MessageRecord, "seq" | "createdAt">;

/** How an append ended. */
export type Appended =
  | { readonly type: "stored"; readonly message: MessageRecord }
  /** An earlier attempt at the same message has stored it. */
  | { readonly type: "repeat"; readonly message: MessageRecord }
  | { readonly type: "too_far_behind" };

/** Where an append begins to look for its slot. */
export interface AppendStart {
  /** A slot that is proven to be filled, or 0. Anything else tears a hole into the log. */
  readonly proven: number;
  /** Whether the slots behind `proven` are known to go on: then they are read before the first put. */
  readonly hasSuccessors: boolean;
  /** Whether an earlier attempt may stand in the slots filled since: without a clientMessageId none does. */
  readonly looksBack: boolean;
  /** How far the log may have moved on past `proven`; null: any distance. */
  readonly maxBehind: number | null;
}

const MAX_TRIES = 100;

/**
 * Puts the message behind the last one of the log, on condition that the slot is empty. Slots fill one after
 * another, so there are no holes; and every slot filled since `proven` is looked at on the way, strongly
 * consistent, so a repeat that starts at the same place meets its first attempt, also when both run at once.
 */
export async function append(chat: Chat, draft: Draft, start: AppendStart): Promise<Appended> {
  let tail = start.proven;
  let behind = start.hasSuccessors;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (behind) {
      const limit = start.maxBehind === null ? Infinity : start.proven + start.maxBehind + 1 - tail;
      const filled = await chat.messages.listAfter(draft.conversationId, tail, limit, "strong");
      const own = filled.find((message) => isOwn(message, draft));
      if (own) return answerWith(own, draft);
      tail = filled.at(-1)?.seq ?? tail;
      if (start.maxBehind !== null && tail - start.proven > start.maxBehind)
        return { type: "too_far_behind" };
    }
    const message: MessageRecord = { ...draft, seq: tail + 1, createdAt: chat.clock.now() };
    const put = await chat.messages.put(message);
    if (put.type === "stored") return { type: "stored", message };
    if (isOwn(put.by, draft)) return answerWith(put.by, draft);
    chat.metrics.count("AppendConflicts");
    tail = put.by.seq;
    behind = start.looksBack;
    if (!behind) {
      // Nothing to look for between: a head remembered long ago must not cost a read of all since.
      const [last] = await chat.messages.listBefore(draft.conversationId, null, 1, "strong");
      tail = Math.max(tail, last?.seq ?? 0);
    }
    // Many senders at once: whoever lost twice waits a little, so that not all read and put in step.
    if (tries >= 1) await chat.clock.pause(chat.random.fraction() * Math.min(200, 5 * 2 ** tries));
  }
  throw new Error(`No slot won in ${MAX_TRIES} tries.`);
}

/** Null never equals null: messages without a clientMessageId are different messages. */
export function isOwn(message: Omit<SlotMark, "seq">, draft: Draft): boolean {
  if (message.senderId !== draft.senderId) return false;
  if (message.attemptId === draft.attemptId) return true;
  return draft.clientMessageId !== null && message.clientMessageId === draft.clientMessageId;
}

/** The SDK repeats a put whose answer was lost: the message then stands there by this very attempt. */
const answerWith = (message: MessageRecord, draft: Draft): Appended => ({
  type: message.attemptId === draft.attemptId ? "stored" : "repeat",
  message,
});
