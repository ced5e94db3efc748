import type { Chat } from "../chat.ts";
import { Refusal } from "../model/refusal.ts";

/** Begins with the first conversation after the last hour has ended. */
const HOUR_MS = 60 * 60 * 1000;
/** How long a full hour is remembered as full: a conversation may have been taken back in another environment. */
const FULL_MS = 60 * 1000;

/**
 * Counts a conversation that the user is about to make, for all function environments together; answers with
 * what `uncountConversation` takes back.
 *
 * @throws Refusal `RATE_LIMITED` where their hour is full
 */
export async function countConversation(chat: Chat, userId: string): Promise<number | null> {
  const perHour = chat.rules.conversationsPerHour;
  if (perHour <= 0) return null;
  const now = chat.clock.now();
  const known = chat.memory.countingHours.get(userId);
  if (known && now < known.fullUntil) throw hourIsFull(known.from, now);
  const { type, from } = await chat.allowances.countConversation(userId, {
    perHour,
    hourMs: HOUR_MS,
    now,
    from: known?.from ?? null,
  });
  const fullUntil = type === "full" ? Math.min(now + FULL_MS, from + HOUR_MS) : 0;
  chat.memory.countingHours.set(userId, { from, fullUntil });
  if (type === "full") throw hourIsFull(from, now);
  return from;
}

/** It was there already: somebody else made it in the meantime. */
export async function uncountConversation(chat: Chat, userId: string, counted: number | null): Promise<void> {
  if (counted !== null) await chat.allowances.uncountConversation(userId, counted);
}

function hourIsFull(from: number, now: number): Refusal {
  const seconds = Math.max(1, Math.ceil((from + HOUR_MS - now) / 1000));
  return new Refusal("RATE_LIMITED", `Too many new conversations; try again in ${seconds} s.`, seconds);
}
