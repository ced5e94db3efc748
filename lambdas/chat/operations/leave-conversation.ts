import type { AckData } from "../../protocol/server-frames.ts";
import type { Chat, ConnectedCaller } from "../chat.ts";
import { participate } from "../steps/participate.ts";

/**
 * Takes the caller's connection out of the room; one that is not in it stays out.
 *
 * @throws Refusal `NOT_FOUND`, `FORBIDDEN`
 */
export async function leaveConversation(
  chat: Chat,
  caller: ConnectedCaller,
  conversationId: string,
): Promise<AckData["leave_conversation"]> {
  const head = await participate(chat, caller, conversationId, "remembered");
  await chat.users.leaveRoom(caller.userId, caller.connectionId, head.id);
  return { conversationId: head.id };
}
