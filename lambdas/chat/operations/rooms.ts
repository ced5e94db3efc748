import type { AckData } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { fanOut } from "../steps/fan-out.ts";
import { participate } from "../steps/participate.ts";
import { Refusal } from "../model/refusal.ts";
import { positionOf, toPresence, toUser, userIn } from "../model/views.ts";

/** Puts the caller's connection into the conversation's room. */
export async function joinConversation(
  chat: Chat,
  caller: Caller & { readonly connectionId: string },
  conversationId: string,
): Promise<AckData["join_conversation"]> {
  const head = await participate(chat, caller, conversationId, "eventual");
  const others = head.participants.map(({ id }) => id).filter((id) => id !== caller.userId);
  const [joined, users] = await Promise.all([
    chat.users.joinRoom(caller.userId, caller.connectionId, head.id, chat.rules.maxRooms),
    chat.users.getMany(others, "eventual"),
  ]);
  switch (joined.type) {
    case "no_room_left":
      throw new Refusal(
        "CONFLICT",
        `A connection can be in ${chat.rules.maxRooms} conversations at a time; leave one first.`,
      );
    case "not_connected":
      // The join lost a race with `$disconnect` or an eviction: nothing is left behind, nobody listens.
      throw new Refusal("CONFLICT", "This connection is no longer registered; connect again.");
    case "joined":
      users.set(caller.userId, joined.user);
  }
  const now = chat.clock.now();
  return {
    conversationId: head.id,
    lastSeq: head.lastSeq,
    readSeq: positionOf(head, caller.userId).readSeq,
    participants: head.participants.map(({ id }) => {
      const user = userIn(users, id);
      return { ...toUser(user), ...toPresence(user, now, chat.rules) };
    }),
  };
}

export async function leaveConversation(
  chat: Chat,
  caller: Caller & { readonly connectionId: string },
  conversationId: string,
): Promise<AckData["leave_conversation"]> {
  const head = await participate(chat, caller, conversationId, "remembered");
  await chat.users.leaveRoom(caller.userId, caller.connectionId, head.id);
  return { conversationId: head.id };
}

/** Tells the others in the room; nothing is stored, nothing is queued. */
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
