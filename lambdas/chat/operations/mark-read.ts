import type { ReadPosition } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { toReadPosition } from "../model/views.ts";
import { moveReadPosition } from "../steps/move-read-position.ts";
import { participate } from "../steps/participate.ts";

/**
 * Moves the caller's read position forward and tells everybody; never back, never past the last message.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`
 */
export async function markRead(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  seq: number,
): Promise<ReadPosition> {
  await chat.limits.reads.take(caller.userId);
  // In a group no condition on the head holds the move, and whom to tell follows from the head.
  const isGroup = Boolean(chat.memory.heads.get(conversationId)?.group);
  const first = await participate(chat, caller, conversationId, isGroup ? "strong" : "remembered");
  const movable = first.head.group || (first.head.lastSeq >= seq && first.standing.readSeq < seq);
  const current = movable ? first : await participate(chat, caller, conversationId, "strong");
  const { head, standing } = await moveReadPosition(chat, caller, current, seq);
  return toReadPosition(head, standing);
}
