import type { AckData } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { fanOut } from "../steps/fan-out.ts";
import { participate } from "../steps/participate.ts";

/**
 * Tells the others in the room; nothing is stored, nothing is queued.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`
 */
export async function signalTyping(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  type: "user_typing" | "user_stopped_typing",
): Promise<AckData["typing_start"]> {
  chat.limits.typing.take(caller.userId, chat.clock.now());
  const head = await participate(chat, caller, conversationId, "remembered");
  const others = head.participants.map(({ id }) => id).filter((id) => id !== caller.userId);
  const users = await chat.users.getMany(others, "eventual");
  await fanOut(chat, [...users.values()], (_user, connection) =>
    connection.rooms.has(head.id) ? { type, conversationId: head.id, userId: caller.userId } : null,
  );
  return { conversationId: head.id };
}
