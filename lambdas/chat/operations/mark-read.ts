import type { ReadPosition } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { positionOf, toReadPosition } from "../model/views.ts";
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
  const remembered = await participate(chat, caller, conversationId, "remembered");
  const movable = remembered.lastSeq >= seq && positionOf(remembered, caller.userId).readSeq < seq;
  const head = movable ? remembered : await participate(chat, caller, conversationId, "strong");
  return toReadPosition(await moveReadPosition(chat, caller, head, seq), caller.userId);
}
