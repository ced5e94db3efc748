import type { EventFrame } from "../../protocol/server-frames.ts";
import type { PresenceAnnouncement } from "../../protocol/worker-tasks.ts";
import type { Chat } from "../chat.ts";
import type { Transition } from "../model/presence.ts";
import { iso, isoOrNull } from "../model/times.ts";
import type { TaskQueue } from "../ports.ts";
import { fanOut } from "../steps/fan-out.ts";

/** How many peers are told of a transition in one go; the rest goes back through the queue. */
const PEERS_PER_CHUNK = 100;

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

/** Tells the peers behind `from`, a chunk of them; the others by a task of their own. */
export async function announcePresence(
  chat: Chat,
  queue: TaskQueue,
  announcement: PresenceAnnouncement,
  from: string | null,
): Promise<void> {
  const { peers, cursor } = await chat.inbox.listPeers(announcement.userId, from, PEERS_PER_CHUNK);
  // The rest is arranged first: a crash while pushing repeats this chunk, it does not lose the next.
  if (cursor !== null) await queue.send({ type: "announce", announcement, cursor }, 0);
  const users = await chat.users.getMany(peers, "eventual");
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
