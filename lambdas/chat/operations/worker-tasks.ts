import type { EventFrame } from "../../protocol/server-frames.ts";
import { advanceHead } from "../steps/advance-head.ts";
import { iso, isoOrNull } from "../model/times.ts";
import type { Chat } from "../chat.ts";
import { changePresence } from "../steps/change-presence.ts";
import { fanOut } from "../steps/fan-out.ts";
import type { PresenceAnnouncement, Task, TaskQueue } from "../ports.ts";
import { expire, settle } from "../model/presence.ts";
import type { PresenceState } from "../model/records.ts";

/** What happens apart from any request: on the table's stream, on the queue, on a schedule. */

/** How many peers are told of a transition in one go; the rest goes back through the queue. */
const PEERS_PER_CHUNK = 100;

export interface Transition {
  readonly userId: string;
  readonly from: PresenceState;
  readonly to: PresenceState;
  readonly version: number;
  readonly lastSeenAt: number | null;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
}

/** A user's presence has moved: peers are told, or the end of the grace is arranged. */
export async function onTransition(chat: Chat, queue: TaskQueue, transition: Transition): Promise<void> {
  const { userId, from, to, lastSeenAt } = transition;
  if (to === "leaving" && lastSeenAt !== null) {
    const remaining = Math.max(0, lastSeenAt + chat.rules.graceMs - chat.clock.now());
    await queue.send({ type: "settle", userId, lastSeenAt }, Math.ceil(remaining / 1000));
  } else if (to === "off" || (to === "on" && from === "off")) {
    await announce(chat, queue, announcementOf(transition), null);
  }
}

/** Whatever the worker has sent itself. Every task may run twice. */
export async function runTask(chat: Chat, queue: TaskQueue, task: Task): Promise<void> {
  switch (task.type) {
    case "settle":
      return changePresence(chat, task.userId, null, (user) =>
        settle(user, task.lastSeenAt, chat.clock.now()),
      );
    case "announce":
      return announce(chat, queue, task.announcement, task.cursor);
    case "sweep_shard":
      return sweepShard(chat, queue, task.shard, task.cursor);
  }
}

/** Starts a sweep of everybody who is not off. */
export async function startSweep(chat: Chat, queue: TaskQueue): Promise<void> {
  const shards = Array.from({ length: chat.rules.sweepShards }, (_, shard) => shard);
  await Promise.all(shards.map((shard) => queue.send({ type: "sweep_shard", shard, cursor: null }, 0)));
}

/** Messages were stored: a head that does not cover them yet has lost its sender, or is about to be moved. */
export async function repairHead(chat: Chat, conversationId: string, lastSeq: number): Promise<void> {
  const head = await chat.heads.get(conversationId, "strong");
  if (!head || head.lastSeq >= lastSeq) return;
  const message = await chat.messages.get(conversationId, lastSeq);
  if (message) await advanceHead(chat, head, message);
}

async function announce(
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

async function sweepShard(chat: Chat, queue: TaskQueue, shard: number, from: string | null): Promise<void> {
  const { userIds, cursor } = await chat.users.listNotOff(shard, from);
  if (cursor !== null) await queue.send({ type: "sweep_shard", shard, cursor }, 0);
  const users = await chat.users.getMany(userIds, "strong");
  for (const user of users.values()) {
    await changePresence(chat, user.id, user, (current) => expire(current, chat.clock.now(), chat.rules));
  }
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
