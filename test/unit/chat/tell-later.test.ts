import { beforeEach, expect, it } from "vitest";
import { decodeTask } from "../../../lambdas/protocol/worker-tasks.ts";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import { deleteMessage } from "../../../lambdas/chat/operations/change-message.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import { tellMessage } from "../../../lambdas/chat/operations/tell-message.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { memberKey, MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";
import { aHead, freshConversationId } from "../../support/made-records.ts";

/** A group of 301 with two connections each, one in the room and one outside: 601 are to be told of a message. */

type Tell = Extract<Task, { readonly type: "tell" }>;

const id = freshConversationId();
const ann = { userId: "ann", connectionId: "ann-in" };
let database: MemoryDatabase;
let sockets: MemorySockets;
let tasks: Tell[];
let chat: Chat;
beforeEach(() => {
  database = new MemoryDatabase();
  sockets = new MemorySockets();
  tasks = [];
  const people = ["ann", ...Array.from({ length: 300 }, (_, n) => `user-${n}`)];
  const group = {
    ...{ title: "Sailing", avatarUrl: null, metadata: null, history: "all" as const },
    ...{ memberCount: people.length, membershipSeq: 1, systemCount: 1, systemSeqs: [1] },
  } as const;
  database.heads.set(id, aHead({ id, participants: [], group, lastSeq: 1, activityAt: Infinity }));
  for (const userId of people) {
    const connection = (where: string, rooms: readonly string[]) => ({
      ...{ id: `${userId}-${where}`, lease: Infinity, since: 0, rooms: new Set(rooms) },
    });
    const connections = [connection("in", [id]), connection("out", [])];
    database.users.set(userId, { ...newUser(userId), state: "on", version: 1, connections });
    const member = {
      ...{
        userId,
        role: "member" as const,
        joinedAt: 1,
        joinedSeq: 0,
        asOfSeq: 1,
        readSeq: 1,
        readSystems: 1,
      },
    } as const;
    database.members.set(memberKey(id, userId), { conversationId: id, member });
  }
  chat = memoryChat({
    database,
    sockets,
    queue: {
      send: () => Promise.reject(new Error("All at once.")),
      sendAll: (all) => {
        for (const task of all) {
          const decoded = decodeTask(JSON.stringify(task));
          if (decoded.ok && decoded.value.type === "tell") tasks.push(decoded.value);
        }
        return Promise.resolve();
      },
    },
  });
});

const send = () =>
  sendMessage(chat, ann, { conversationId: id, content: "secret", clientMessageId: null, afterSeq: 1 });
const told = () => sockets.pushed.map(({ connectionId }) => connectionId).toSorted();

it("two hundred are told before the answer, the others once by the worker, in tasks of 250 without a word of it", async () => {
  await send();
  expect(sockets.pushed).toHaveLength(200);
  expect(tasks.map(({ targets }) => targets.length)).toEqual([250, 151]);
  expect(JSON.stringify(tasks)).not.toContain("secret");
  for (const task of tasks) await tellMessage(chat, task);
  expect(new Set(told()).size).toBe(601);
  expect(told()).not.toContain("ann-in");
  for (const { connectionId, frame } of sockets.pushed)
    expect(frame.type).toBe(connectionId.endsWith("-in") ? "new_message" : "conversation_updated");
});

it("whoever is late is told again, and shown the message as it is by then", async () => {
  sockets.outcomeOf = (connectionId) => (connectionId === "user-7-in" ? "late" : "delivered");
  database.heads.set(id, { ...database.heads.get(id)!, activityAt: Infinity });
  for (let n = 0; n < 300; n += 1)
    if (n !== 7) database.users.set(`user-${n}`, { ...database.users.get(`user-${n}`)!, connections: [] });
  await send();
  expect(tasks.map(({ targets }) => targets)).toEqual([[{ userId: "user-7", connectionId: "user-7-in" }]]);
  sockets.outcomeOf = () => "delivered";
  await deleteMessage(chat, ann, { conversationId: id, seq: 2 });
  sockets.pushed.length = 0;
  await tellMessage(chat, tasks[0]!);
  expect(sockets.pushed).toMatchObject([
    { connectionId: "user-7-in", frame: { type: "new_message", message: { content: "", rev: 1 } } },
  ]);
});

it("whoever was removed since is told nothing", async () => {
  await send();
  const [task] = tasks;
  for (const { userId } of task!.targets) {
    const { member } = database.members.get(memberKey(id, userId))!;
    database.members.set(memberKey(id, userId), {
      conversationId: id,
      member: { ...member, role: null, asOfSeq: 3 },
    });
  }
  const head = database.heads.get(id)!;
  database.heads.set(id, { ...head, lastSeq: 3, group: { ...head.group!, membershipSeq: 3 } });
  sockets.pushed.length = 0;
  await tellMessage(chat, task!);
  expect(sockets.pushed).toEqual([]);
});
