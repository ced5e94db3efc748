import { setTimeout as pause } from "node:timers/promises";
import type { Account } from "./account.ts";
import type { Reply } from "./connection.ts";

const DEADLINE_MS = 60_000;

/** Makes the account a user: it authenticates for the first time. */
export async function enter(account: Account): Promise<void> {
  await insist(() => account.call("GET", "/api/conversations?limit=1"));
}

/** The conversation of two, both asking at once: what each was answered. */
export const meet = (one: Account, other: Account): Promise<readonly [string, string]> =>
  Promise.all([findOrCreate(one, other), findOrCreate(other, one)]);

async function findOrCreate(one: Account, other: Account): Promise<string> {
  const ask = () =>
    one.call<{ conversationId: string }>("POST", "/api/conversations/find-or-create", {
      otherUserId: other.id,
    });
  return (await insist(ask)).conversationId;
}

/** Asks until it is answered. */
async function insist<T>(ask: () => Promise<Reply<T>>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const reply = await ask();
    if (reply.type === "answer") return reply.data;
    if (Date.now() > deadline)
      throw new Error(`No answer within ${DEADLINE_MS} ms: ${JSON.stringify(reply)}`);
    await pause(50);
  }
}
