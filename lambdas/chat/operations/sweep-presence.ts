import type { Chat } from "../chat.ts";
import { expire } from "../model/presence.ts";
import type { TaskQueue } from "../ports.ts";
import { changePresence } from "../steps/change-presence.ts";

/** Starts a sweep of everybody who is not off. */
export async function startSweep(chat: Chat, queue: TaskQueue): Promise<void> {
  const shards = Array.from({ length: chat.rules.sweepShards }, (_, shard) => shard);
  await Promise.all(shards.map((shard) => queue.send({ type: "sweep_shard", shard, cursor: null }, 0)));
}

/** One page of a shard, and a task for the next: leases that ran out unnoticed, leaves that nobody settled. */
export async function sweepShard(
  chat: Chat,
  queue: TaskQueue,
  shard: number,
  from: string | null,
): Promise<void> {
  const { userIds, cursor } = await chat.users.listNotOff(shard, from);
  if (cursor !== null) await queue.send({ type: "sweep_shard", shard, cursor }, 0);
  const users = await chat.users.getMany(userIds, "strong");
  for (const user of users.values()) {
    await changePresence(chat, user.id, user, (current) => expire(current, chat.clock.now(), chat.rules));
  }
}
