import type { AckData } from "../../protocol/server-frames.ts";
import type { Chat, ConnectedCaller } from "../chat.ts";
import { isBlockedFor } from "../model/blocks.ts";
import { discloses } from "../model/disclosure.ts";
import { notRegistered, Refusal } from "../model/refusal.ts";
import { positionOf, toPresence, toUser, UNDISCLOSED, userIn } from "../model/views.ts";
import { participate } from "../steps/participate.ts";

/**
 * Puts the caller's connection into the conversation's room.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for one room too many, `UNAUTHORIZED` for
 *   a connection that is no longer registered
 */
export async function joinConversation(
  chat: Chat,
  caller: ConnectedCaller,
  conversationId: string,
): Promise<AckData["join_conversation"]> {
  await chat.limits.joins.take(caller.userId);
  const head = await participate(chat, caller, conversationId, "strong");
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
      // The join lost a race with `$disconnect`, or the connection was evicted and is open all the same.
      chat.memory.strays.set(caller.connectionId, true);
      throw notRegistered();
    case "joined":
      users.set(caller.userId, joined.user);
  }
  const now = chat.clock.now();
  const isDisclosed = discloses(head, chat.rules) && !isBlockedFor(head, caller.userId);
  return {
    conversationId: head.id,
    lastSeq: head.lastSeq,
    lastRev: head.lastRev,
    readSeq: positionOf(head, caller.userId).readSeq,
    participants: head.participants.map(({ id }) => {
      const user = userIn(users, id);
      const isKnown = isDisclosed || id === caller.userId;
      return { ...toUser(user), ...(isKnown ? toPresence(user, now, chat.rules) : UNDISCLOSED) };
    }),
  };
}
