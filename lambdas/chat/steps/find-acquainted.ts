import type { Caller, Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";

/**
 * Those among `userIds` whose presence the caller may know: who shares a conversation with them, and oneself;
 * by the rule `acquainted` only where both have written in it.
 */
export async function findAcquainted(
  chat: Chat,
  { userId }: Pick<Caller, "userId">,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const others = userIds.filter((id) => id !== userId);
  const shared = await chat.pairs.getMany(userId, others);
  const found = new Set(shared.keys());
  if (chat.rules.discloseTo === "acquainted") {
    const heads = await chat.heads.getMany([...shared.values()]);
    for (const [other, conversationId] of shared) {
      const head = heads.get(conversationId);
      if (!head || !discloses(head, chat.rules)) found.delete(other);
    }
  }
  if (others.length < userIds.length) found.add(userId);
  return found;
}
