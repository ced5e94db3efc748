import type { Chat } from "../chat.ts";
import type { Roster } from "../memory.ts";
import type { GuessedHead, Head, UserRecord } from "../model/records.ts";
import type { Consistency } from "../ports.ts";

/** Everybody who is to hear what happens in a conversation. */
export interface Audience {
  readonly users: ReadonlyMap<string, UserRecord>;
  /** null: a pair, whose head says it. */
  readonly roster: Roster | null;
}

/** Who takes part, with their connections: of a group as of the head, or later. */
export async function loadAudience(chat: Chat, head: Head, consistency: Consistency): Promise<Audience> {
  const roster = await loadRoster(chat, head);
  const ids = roster ? roster.members.map(({ userId }) => userId) : head.participants.map(({ id }) => id);
  return { users: await chat.users.getMany(ids, consistency), roster };
}

/** The same as of a head that has moved since: whom it no longer knows is told nothing. */
export async function audienceAsOf(
  chat: Chat,
  head: Head,
  loaded: Audience,
  consistency: Consistency,
): Promise<Audience> {
  if (!head.group || (loaded.roster && loaded.roster.asOf >= head.group.membershipSeq)) return loaded;
  const roster = (await loadRoster(chat, head))!;
  const ids = roster.members.map(({ userId }) => userId);
  const missing = ids.filter((id) => !loaded.users.has(id));
  const read = missing.length > 0 ? await chat.users.getMany(missing, consistency) : new Map();
  const known = new Map<string, UserRecord>([...loaded.users, ...read]);
  return { users: new Map(ids.flatMap((id) => (known.has(id) ? [[id, known.get(id)!]] : []))), roster };
}

/**
 * Who belongs to a group, from memory if nothing has changed that since; null for a pair. The list is read after the
 * head: everything up to the head's `membershipSeq` is in it.
 */
export async function loadRoster(chat: Chat, { id, group }: Head | GuessedHead): Promise<Roster | null> {
  if (!group) return null;
  const asOf = group.membershipSeq;
  const remembered = chat.memory.rosters.get(id);
  if (remembered && remembered.asOf >= asOf) return remembered;
  const members = await chat.members.list(id, "strong");
  const roster: Roster = {
    asOf,
    members: members.map(({ userId, role, joinedSeq }) => ({ userId, role, joinedSeq })),
  };
  chat.memory.rosters.set(id, roster);
  return roster;
}
