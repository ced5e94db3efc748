import type { AckData } from "../../protocol/server-frames.ts";
import type { Chat, ConnectedCaller } from "../chat.ts";
import { participate } from "../steps/participate.ts";
import { endTyping } from "../steps/tell-typing.ts";

/**
 * Takes the caller's connection out of the room, which ends their typing; one that is not in it stays out.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`
 */
export async function leaveConversation(
  chat: Chat,
  caller: ConnectedCaller,
  conversationId: string,
): Promise<AckData["leave_conversation"]> {
  await chat.limits.joins.take(caller.userId);
  const { head } = await participate(chat, caller, conversationId, "remembered");
  await chat.users.leaveRoom(caller.userId, caller.connectionId, head.id);
  await endTyping(chat, caller.userId, [head]);
  return { conversationId: head.id };
}
