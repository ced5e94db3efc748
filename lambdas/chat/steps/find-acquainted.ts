import type { Caller, Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";

/**
 * Those among `userIds` whose presence the caller may know: who shares a conversation with them, and oneself;
 * by the rule `acquainted` only where both have written in a conversation of two; else also where they share a group.
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
  const missing = others.filter((id) => !found.has(id));
  if (chat.rules.discloseTo === "participants" && missing.length > 0) {
    for (const id of await findInGroups(chat, userId, missing)) found.add(id);
  }
  if (others.length < userIds.length) found.add(userId);
  return found;
}

const ROWS_AT_ONCE = 1_000;
const GROUPS_AT_ONCE = 10;

/** Those of them who share a group with the user: group by group, until none is left to be looked for. */
async function findInGroups(
  chat: Chat,
  userId: string,
  others: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Chat["inbox"]["listPeers"]>> = await chat.inbox.listPeers(
      userId,
      cursor,
      ROWS_AT_ONCE,
    );
    for (let at = 0; at < page.groups.length && found.size < others.length; at += GROUPS_AT_ONCE) {
      const missing = others.filter((id) => !found.has(id));
      const groups = page.groups.slice(at, at + GROUPS_AT_ONCE);
      const met = await Promise.all(groups.map((id) => chat.members.getMany(id, missing, "eventual")));
      for (const members of met)
        for (const member of members.values()) if (member.role !== null) found.add(member.userId);
    }
    ({ cursor } = page);
  } while (cursor !== null && found.size < others.length);
  return found;
}
