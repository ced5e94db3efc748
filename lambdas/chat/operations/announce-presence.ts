import type { EventFrame } from "../../protocol/server-frames.ts";
import type { PresenceAnnouncement, Task } from "../../protocol/worker-tasks.ts";
import type { Chat } from "../chat.ts";
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

/** Tells the first share of the peers behind `from`; the others by a task each, all at once. */
export async function announcePresence(
  chat: Chat,
  queue: TaskQueue,
  announcement: PresenceAnnouncement,
  from: string | null,
): Promise<void> {
  const { shares, cursor } = await divideWork(from, async (at, limit) => {
    const page = await chat.inbox.listPeers(announcement.userId, at, limit);
    return { userIds: page.peers, cursor: page.cursor };
  });
  const [own = [], ...others] = shares;
  // The rest is arranged first: a crash while pushing repeats this share, it does not lose the next.
  await queue.sendAll([
    ...others.map((peers): Task => ({ type: "announce_to", announcement, peers })),
    ...(cursor === null ? [] : [{ type: "announce", announcement, cursor } as const]),
  ]);
  await announceTo(chat, announcement, own);
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
