import type { Caller, Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
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

/** So many of one's conversations are looked at, as where a transition is told. */
const MAX_ROWS = 10_000;
const ROWS_AT_ONCE = 250;
/** So many rows cost what it costs to ask one group for a member: half a unit. */
const ROWS_A_GROUP = 35;
const PEOPLE_AT_ONCE = 20;

/**
 * Those of them who share a group with the user, by the rows of their inboxes: one who has gone has none. Who has few
 * conversations is decided by those, so that a user of very many pays for them only among others of many.
 */
async function findInGroups(
  chat: Chat,
  userId: string,
  others: readonly string[],
): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  const found = new Set<string>();
  const keep = (groups: readonly string[]): false => {
    for (const id of groups) own.add(id);
    return false;
  };
  const begun = await lookThrough(chat, userId, ROWS_AT_ONCE, keep);
  const open: string[] = [];
  if (begun.end === "more") {
    await inParallel(others, PEOPLE_AT_ONCE, async (other) => {
      const shares = await sharesOneOfFew(chat, userId, other);
      if (shares === null) open.push(other);
      else if (shares) found.add(other);
    });
    if (open.length > 0) await lookThrough(chat, userId, MAX_ROWS - ROWS_AT_ONCE, keep, begun.cursor);
  } else open.push(...others);
  if (own.size === 0) return found;
  await inParallel(open, PEOPLE_AT_ONCE, async (other) => {
    if (await sharesOne(chat, own, other)) found.add(other);
  });
  return found;
}

/** Whether the user is in a group of somebody of few conversations; null for somebody of more. */
async function sharesOneOfFew(chat: Chat, userId: string, other: string): Promise<boolean | null> {
  const { groups, cursor } = await chat.inbox.listPeers(other, null, ROWS_A_GROUP);
  if (cursor !== null) return null;
  return groups.length > 0 && isInOne(chat, userId, groups);
}

const isInOne = async (chat: Chat, userId: string, groups: readonly string[]): Promise<boolean> => {
  const standings = await chat.members.getManyOf(userId, groups, "eventual");
  return [...standings.values()].some(({ role }) => role !== null);
};

/** Of many conversations of theirs no more are looked at than it costs to ask each of these groups for them. */
async function sharesOne(chat: Chat, groups: ReadonlySet<string>, userId: string): Promise<boolean> {
  const upTo = Math.min(MAX_ROWS, ROWS_A_GROUP * groups.size);
  const { end } = await lookThrough(chat, userId, upTo, (theirs) => theirs.some((id) => groups.has(id)));
  if (end !== "more") return end === "found";
  return isInOne(chat, userId, [...groups]);
}

/** Shows the groups among so many of a user's conversations, page by page, until it is told to stop. */
async function lookThrough(
  chat: Chat,
  userId: string,
  rows: number,
  isFound: (groups: readonly string[]) => boolean,
  from: string | null = null,
): Promise<{ readonly end: "found" | "all" | "more"; readonly cursor: string | null }> {
  let cursor = from;
  for (let left = rows; left > 0; left -= ROWS_AT_ONCE) {
    const page: Awaited<ReturnType<Chat["inbox"]["listPeers"]>> = await chat.inbox.listPeers(
      userId,
      cursor,
      Math.min(ROWS_AT_ONCE, left),
    );
    ({ cursor } = page);
    if (isFound(page.groups)) return { end: "found", cursor };
    if (cursor === null) return { end: "all", cursor };
  }
  return { end: "more", cursor };
}
