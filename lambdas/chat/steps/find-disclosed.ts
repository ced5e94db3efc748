import type { Caller, Chat } from "../chat.ts";
import { findAcquainted } from "./find-acquainted.ts";

/** Those among `userIds` whose presence the caller learns: the acquainted ones who have not blocked them, and oneself. */
export async function findDisclosed(
  chat: Chat,
  caller: Pick<Caller, "userId">,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const acquainted = await findAcquainted(chat, caller, userIds);
  const others = [...acquainted].filter((id) => id !== caller.userId);
  if (others.length === 0) return acquainted;
  const blockers = await chat.blocks.among(others, caller.userId);
  return new Set([...acquainted].filter((id) => !blockers.has(id)));
}
