import type { EventFrame } from "../../protocol/server-frames.ts";
import type { PresenceAnnouncement, Task } from "../../protocol/worker-tasks.ts";
import type { Chat } from "../chat.ts";
import { isSmall } from "../model/disclosure.ts";
import type { Transition } from "../model/presence.ts";
import { iso, isoOrNull } from "../model/times.ts";
import type { TaskQueue } from "../ports.ts";
import { divideWork } from "../steps/divide-work.ts";
import { fanOut } from "../steps/fan-out.ts";
import { findAcquainted } from "../steps/find-acquainted.ts";

/** A user's presence has moved: peers are told, or the end of the grace is arranged. */
export async function announceTransition(
  chat: Chat,
  queue: TaskQueue,
  transition: Transition,
): Promise<void> {
  const { userId, from, to, lastSeenAt } = transition;
  if (to === "leaving" && lastSeenAt !== null) {
    const remaining = Math.max(0, lastSeenAt + chat.rules.graceMs - chat.clock.now());
    await queue.send({ type: "settle", userId, lastSeenAt }, Math.ceil(remaining / 1000));
  } else if (to === "off" || (to === "on" && from === "off")) {
    await announcePresence(chat, queue, announcementOf(transition), null);
  }
}

/** So many groups' members one task looks for. */
const GROUPS_PER_TASK = 20;

/**
 * Tells the first share of the peers behind `from`; the others, and the members of groups, by a task each, all at
 * once. Whoever meets the user in several places may hear it more than once: the version tells.
 */
export async function announcePresence(
  chat: Chat,
  queue: TaskQueue,
  announcement: PresenceAnnouncement,
  from: string | null,
): Promise<void> {
  const groups: string[] = [];
  const { shares, cursor } = await divideWork(from, async (at, limit) => {
    const page = await chat.inbox.listPeers(announcement.userId, at, limit);
    // Under `acquainted` presence passes in no group: between two of its members their own conversation decides.
    if (chat.rules.discloseTo === "participants") groups.push(...page.groups);
    return { userIds: page.peers, cursor: page.cursor };
  });
  const [own = [], ...others] = shares;
  // The rest is arranged first: a crash while pushing repeats this share, it does not lose the next.
  await queue.sendAll([
    ...others.map((peers): Task => ({ type: "announce_to", announcement, peers })),
    ...inShares(groups, GROUPS_PER_TASK).map((share): Task => ({
      type: "announce_groups",
      announcement,
      groups: share,
    })),
    ...(cursor === null ? [] : [{ type: "announce", announcement, cursor } as const]),
  ]);
  await announceTo(chat, announcement, own);
}

/** Tells the members of these groups, but of those too large for it: the first share here, the others by a task each. */
export async function announceToGroups(
  chat: Chat,
  queue: TaskQueue,
  announcement: PresenceAnnouncement,
  groups: readonly string[],
): Promise<void> {
  const heads = await chat.heads.getMany(groups);
  const small = [...heads.values()].filter(isSmall);
  const members = await Promise.all(small.map(({ id }) => chat.members.list(id, "eventual")));
  // A task may come late, or again: whoever has left meanwhile is nobody's peer there.
  const own = members.filter((list) => list.some(({ userId }) => userId === announcement.userId));
  const peers = new Set(own.flat().map(({ userId }) => userId));
  peers.delete(announcement.userId);
  const [first = [], ...others] = inShares([...peers], PEERS_PER_TASK);
  await queue.sendAll(others.map((share): Task => ({ type: "announce_to", announcement, peers: share })));
  await announceTo(chat, announcement, first);
}

/** As many as one batch of reads takes. */
const PEERS_PER_TASK = 100;

function inShares<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}

/** Tells these peers, as far as they may know. */
export async function announceTo(
  chat: Chat,
  announcement: PresenceAnnouncement,
  peers: readonly string[],
): Promise<void> {
  const acquainted =
    chat.rules.discloseTo === "participants" ? peers : [...(await findAcquainted(chat, announcement, peers))];
  const blocked = new Set(await chat.blocks.list(announcement.userId));
  const told = acquainted.filter((peer) => !blocked.has(peer));
  const users = await chat.users.getMany(told, "eventual");
  const frame = frameOf(announcement);
  await fanOut(chat, [...users.values()], () => frame);
}

const announcementOf = ({ userId, to, at, lastSeenAt, version }: Transition): PresenceAnnouncement => ({
  userId,
  online: to === "on",
  at,
  lastSeenAt,
  version,
});

function frameOf({ userId, online, at, lastSeenAt, version }: PresenceAnnouncement): EventFrame {
  return online
    ? { type: "user_online", userId, at: iso(at), version }
    : { type: "user_offline", userId, at: iso(at), lastSeenAt: isoOrNull(lastSeenAt), version };
}
