import type { Task } from "../../protocol/worker-tasks.ts";
import type { Chat } from "../chat.ts";
import { expire } from "../model/presence.ts";
import type { TaskQueue } from "../ports.ts";
import { changePresence } from "../steps/change-presence.ts";
import { divideWork } from "../steps/divide-work.ts";

/** Starts a sweep of everybody who is not off. */
export async function startSweep(chat: Chat, queue: TaskQueue): Promise<void> {
  const shards = Array.from({ length: chat.rules.sweepShards }, (_, shard) => shard);
  await queue.sendAll(shards.map((shard) => ({ type: "sweep_shard", shard, cursor: null })));
}

/** Looks after the first share of a shard behind `from`; after the others by a task each, all at once. */
export async function sweepShard(
  chat: Chat,
  queue: TaskQueue,
  shard: number,
  from: string | null,
): Promise<void> {
  const { shares, cursor } = await divideWork(from, (at, limit) => chat.users.listNotOff(shard, at, limit));
  const [own = [], ...others] = shares;
  await queue.sendAll([
    ...others.map((userIds): Task => ({ type: "sweep_users", userIds })),
    ...(cursor === null ? [] : [{ type: "sweep_shard", shard, cursor } as const]),
  ]);
  await sweepUsers(chat, own);
}

/** Puts right what is wrong with these users: leases that ran out unnoticed, leaves that nobody settled. */
export async function sweepUsers(chat: Chat, userIds: readonly string[]): Promise<void> {
  const users = await chat.users.getMany(userIds, "strong");
  for (const user of users.values()) {
    const swept = await changePresence(chat, user.id, user, (current) =>
      expire(current, chat.clock.now(), chat.rules),
    );
    if (swept) chat.metrics.count("GhostsSwept");
  }
}
