import type { AckData } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { isBlocked, nothingPasses } from "../model/blocks.ts";
import { discloses, isSmall } from "../model/disclosure.ts";
import { participate } from "../steps/participate.ts";
import { tellTyping } from "../steps/tell-typing.ts";

/**
 * Tells the others in the room, if they may know; nothing is stored, nothing is queued.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`
 */
export async function signalTyping(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  type: "user_typing" | "user_stopped_typing",
): Promise<AckData["typing_start"]> {
  await chat.limits.typing.take(caller.userId);
  const remembered = await participate(chat, caller, conversationId, "recent");
  if (isBlocked(remembered.head)) throw nothingPasses();
  // What is remembered may be from before an answer; who has written once has written for good. Of a group it does
  // not say who has gone since.
  const { head } =
    discloses(remembered.head, chat.rules) && !remembered.head.group
      ? remembered
      : await participate(chat, caller, conversationId, "eventual");
  if (isSmall(head)) await tellTyping(chat, caller.userId, [head], type);
  return { conversationId: head.id };
}
