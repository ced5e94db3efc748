import { eventually } from "../../local/test/support/pace.ts";
import type { Person } from "./person.ts";
import type { Reply } from "./reply.ts";

const DEADLINE_MS = 60_000;

/** Makes the person a user: it authenticates for the first time. */
export async function enter(person: Person): Promise<void> {
  await insist(() => person.call("GET", "/api/conversations?limit=1"));
}

/** The conversation of two, both asking at once: what each was answered. */
export const meet = (one: Person, other: Person): Promise<readonly [string, string]> =>
  Promise.all([findOrCreate(one, other), findOrCreate(other, one)]);

async function findOrCreate(one: Person, other: Person): Promise<string> {
  const ask = () =>
    one.call<{ conversationId: string }>("POST", "/api/conversations/find-or-create", {
      otherUserId: other.id,
    });
  return (await insist(ask)).conversationId;
}

/** Asks until it is answered. */
export async function insist<T>(ask: () => Promise<Reply<T>>): Promise<T> {
  const answered = async (): Promise<{ readonly data: T } | undefined> => {
    const reply = await ask();
    return reply.type === "answer" ? reply : undefined;
  };
  return (await eventually(answered, "the conversation", DEADLINE_MS)).data;
}
