import type { Caller, Chat } from "../chat.ts";

/** Those among `userIds` whose presence the caller may know: who shares a conversation with them, and oneself. */
export async function findAcquainted(
  chat: Chat,
  caller: Caller,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const others = userIds.filter((id) => id !== caller.userId);
  const shared = await chat.pairs.getMany(caller.userId, others);
  if (others.length < userIds.length) shared.add(caller.userId);
  return shared;
}
