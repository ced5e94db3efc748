import { describe, expect, it } from "vitest";
import { decodeTask } from "../../../lambdas/protocol/worker-tasks.ts";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";

const ANNOUNCEMENT = { userId: "ann", online: false, at: 5, lastSeenAt: 4, version: 3 };

/** As the worker queues them: a task written by one version is read by the next. */
const TASKS: readonly Task[] = [
  { type: "settle", userId: "ann", lastSeenAt: 1_700_000_000_000 },
  { type: "announce", announcement: ANNOUNCEMENT, cursor: null },
  { type: "announce", announcement: { ...ANNOUNCEMENT, lastSeenAt: null }, cursor: "c" },
  { type: "announce_to", announcement: ANNOUNCEMENT, peers: ["bob", "cy"] },
  { type: "close_connections", connectionIds: ["Zq0lpfIyliACGbQ="] },
  { type: "sweep_shard", shard: 0, cursor: null },
  { type: "sweep_shard", shard: 15, cursor: "zoe" },
  { type: "sweep_users", userIds: ["zoe"] },
];

describe("a task", () => {
  it.each(TASKS)("is read as it was written: %j", (task) => {
    expect(decodeTask(JSON.stringify(task))).toEqual({ ok: true, value: task });
  });

  it.each([
    "",
    "no JSON",
    "null",
    "[]",
    "{}",
    '{"type":"settle"}',
    '{"type":"settle","userId":"","lastSeenAt":1}',
    '{"type":"settle","userId":"ann","lastSeenAt":"1"}',
    '{"type":"announce","announcement":{},"cursor":null}',
    '{"type":"announce","announcement":{"userId":"ann","online":1,"at":5,"lastSeenAt":4,"version":3},"cursor":null}',
    '{"type":"sweep_users","userIds":[""]}',
    '{"type":"close_connections","connectionIds":"c"}',
    '{"type":"close_connections","connectionIds":[""]}',
    '{"type":"sweep_shard","shard":-1,"cursor":null}',
    '{"type":"sweep_shard","shard":1}',
    '{"type":"of_tomorrow"}',
    '{"type":"constructor"}',
  ])("that is none is told apart: %s", (body) => {
    expect(decodeTask(body)).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) as string });
  });
});
