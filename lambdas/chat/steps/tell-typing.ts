import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Chat } from "../chat.ts";
import { isBlocked } from "../model/blocks.ts";
import { discloses, isSmall } from "../model/disclosure.ts";
import type { Head, UserRecord } from "../model/records.ts";
import { FORGET, fanOut } from "./fan-out.ts";
import { loadRoster } from "./load-audience.ts";

type TypingEvent = Extract<EventFrame, { readonly type: "user_typing" | "user_stopped_typing" }>["type"];

/** How long a signal counts unless it is repeated: clients end it by themselves after that. */
const TYPING_MS = 6_000;

/** Tells the others in the rooms of these conversations that the user types, or no longer does, where they may know. */
export async function tellTyping(
  chat: Chat,
  userId: string,
  heads: readonly Head[],
  type: TypingEvent,
): Promise<void> {
  const disclosed = heads.filter((head) => discloses(head, chat.rules) && isSmall(head) && !isBlocked(head));
  const others = await Promise.all(disclosed.map((head) => othersIn(chat, head, userId)));
  if (others.flat().length === 0) return;
  const users = await chat.users.getMany([...new Set(others.flat())], "eventual");
  const rooms = disclosed.map((head, index) => ({ id: head.id, others: others[index]! }));
  await pushTyping(chat, userId, rooms, users, type);
}

/**
 * Tells those in the rooms that the user has left, or lost, that they type no more. Of a group only where this
 * function remembers that they did: what it costs must not grow with members who have seen nothing begin.
 */
export const endTyping = (chat: Chat, userId: string, heads: readonly Head[]): Promise<void> =>
  tellTyping(
    chat,
    userId,
    heads.filter(({ id, group }) => !group || isTyping(chat, userId, id)),
    "user_stopped_typing",
  );

/** Whether this function remembers that the user types. */
function isTyping(chat: Chat, userId: string, conversationId: string): boolean {
  const since = chat.memory.typing.get(typingKey(userId, conversationId));
  return since !== undefined && chat.clock.now() - since <= TYPING_MS;
}

/**
 * Sending ends typing. The message itself says so; where this function remembers the signal, an event does
 * too: an environment that does not know of it cannot, without a unit more for each send.
 */
export async function endTypingBySending(
  chat: Chat,
  userId: string,
  head: Head,
  users: ReadonlyMap<string, UserRecord>,
): Promise<void> {
  if (!isTyping(chat, userId, head.id)) return;
  const others = [...users.keys()].filter((id) => id !== userId);
  await pushTyping(chat, userId, [{ id: head.id, others }], users, "user_stopped_typing");
}

async function pushTyping(
  chat: Chat,
  userId: string,
  rooms: readonly { readonly id: string; readonly others: readonly string[] }[],
  users: ReadonlyMap<string, UserRecord>,
  type: TypingEvent,
): Promise<void> {
  for (const { id } of rooms) {
    if (type === "user_typing") chat.memory.typing.set(typingKey(userId, id), chat.clock.now());
    else chat.memory.typing.delete(typingKey(userId, id));
  }
  await Promise.all(
    rooms.map(({ id, others }) =>
      fanOut(
        chat,
        others.flatMap((other) => users.get(other) ?? []),
        (_user, { rooms }) => (rooms.has(id) ? { type, conversationId: id, userId } : null),
        FORGET,
      ),
    ),
  );
}

async function othersIn(chat: Chat, head: Head, userId: string): Promise<readonly string[]> {
  const roster = await loadRoster(chat, head);
  const all = roster ? roster.members.map((member) => member.userId) : head.participants.map(({ id }) => id);
  return all.filter((id) => id !== userId);
}

const typingKey = (userId: string, conversationId: string): string => `${conversationId} ${userId}`;
