import { expect, it } from "vitest";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";
import { createTaskQueue } from "../../../lambdas/runtime/task-queue.ts";

/** A queue that takes every message but those that hold `refused`. */
function scene(refused = "nothing is") {
  const batches: string[][] = [];
  const delays = new Set<number | undefined>();
  const queue = createTaskQueue((entries) => {
    batches.push(entries.map(({ MessageBody }) => MessageBody));
    for (const { DelaySeconds } of entries) delays.add(DelaySeconds);
    const failed = entries.filter(({ MessageBody }) => MessageBody.includes(refused));
    return Promise.resolve(
      failed.length === 0 ? {} : { Failed: failed.map(() => ({ Code: "InternalError" })) },
    );
  });
  return { batches, delays, queue };
}

const sweep = (...userIds: string[]): Task => ({ type: "sweep_users", userIds });

it("sends any number of tasks, ten a request", async () => {
  const { batches, queue } = scene();
  await queue.sendAll(Array.from({ length: 23 }, (_, n) => sweep(`user-${n}`)));
  expect(batches.map(({ length }) => length)).toEqual([10, 10, 3]);
  expect(new Set(batches.flat()).size).toBe(23);
});

it("sends one task alone, later", async () => {
  const { batches, delays, queue } = scene();
  await queue.send(sweep("user-1"), 20);
  expect(batches).toEqual([[JSON.stringify(sweep("user-1"))]]);
  expect([...delays]).toEqual([20]);
});

it("sends nothing where there is no task", async () => {
  const { batches, queue } = scene();
  await queue.sendAll([]);
  expect(batches).toEqual([]);
});

it("keeps a request below what SQS takes at once", async () => {
  const { batches, queue } = scene();
  await queue.sendAll(Array.from({ length: 4 }, () => sweep("ü".repeat(50_000))));
  expect(batches.map(({ length }) => length)).toEqual([2, 2]);
});

it("throws where one of them was not taken: what asked for it must come again", async () => {
  const { queue } = scene("user-7");
  await expect(queue.sendAll([sweep("user-1"), sweep("user-7")])).rejects.toThrow(
    "1 tasks were not queued: InternalError",
  );
  await expect(queue.send(sweep("user-7"), 20)).rejects.toThrow("1 tasks were not queued: InternalError");
});
