import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Chat } from "../chat.ts";
import { isBlocked } from "../model/blocks.ts";
import { discloses } from "../model/disclosure.ts";
import type { Head, UserRecord } from "../model/records.ts";
import { fanOut } from "./fan-out.ts";

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
  const disclosed = heads.filter((head) => discloses(head, chat.rules) && !isBlocked(head));
  const others = new Set(disclosed.flatMap((head) => othersIn(head, userId)));
  if (others.size === 0) return;
  const users = await chat.users.getMany([...others], "eventual");
  await pushTyping(chat, userId, disclosed, users, type);
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
  const since = chat.memory.typing.get(typingKey(userId, head.id));
  if (since === undefined || chat.clock.now() - since > TYPING_MS) return;
  await pushTyping(chat, userId, [head], users, "user_stopped_typing");
}

async function pushTyping(
  chat: Chat,
  userId: string,
  heads: readonly Head[],
  users: ReadonlyMap<string, UserRecord>,
  type: TypingEvent,
): Promise<void> {
  for (const { id } of heads) {
    if (type === "user_typing") chat.memory.typing.set(typingKey(userId, id), chat.clock.now());
    else chat.memory.typing.delete(typingKey(userId, id));
  }
  await Promise.all(
    heads.map((head) => {
      const others = othersIn(head, userId).flatMap((id) => users.get(id) ?? []);
      return fanOut(chat, others, (_user, connection) =>
        connection.rooms.has(head.id) ? { type, conversationId: head.id, userId } : null,
      );
    }),
  );
}

const othersIn = (head: Head, userId: string): readonly string[] =>
  head.participants.map(({ id }) => id).filter((id) => id !== userId);

const typingKey = (userId: string, conversationId: string): string => `${conversationId} ${userId}`;
