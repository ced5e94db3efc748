import type { Chat } from "../chat.ts";
import type { Claims } from "../model/records.ts";

const REMEMBER_MS = 5 * 60 * 1000;

/**
 * A user exists from the first time they authenticate, and a changed claim is stored the next time. Costs
 * nothing for a user this environment has lately seen with the same claims, half a read unit otherwise.
 * Refuses nothing: errors are ours.
 */
export async function recognizeUser(
  chat: Pick<Chat, "users" | "memory" | "clock">,
  userId: string,
  presented: Claims,
): Promise<void> {
  const now = chat.clock.now();
  const remembered = chat.memory.claims.get(userId);
  if (remembered && now - remembered.at < REMEMBER_MS && covers(remembered.claims, presented)) return;
  const stored = (await chat.users.get(userId, "eventual"))?.claims;
  const claims =
    stored && covers(stored, presented) ? stored : (await chat.users.saveClaims(userId, presented)).claims;
  chat.memory.claims.set(userId, { claims, at: now });
}

const covers = (stored: Claims, presented: Claims): boolean =>
  (Object.keys(presented) as (keyof Claims)[]).every((claim) => stored[claim] === presented[claim]);
