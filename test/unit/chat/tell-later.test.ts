import { beforeEach, expect, it } from "vitest";
import { decodeTask } from "../../../lambdas/protocol/worker-tasks.ts";
import type { Task } from "../../../lambdas/protocol/worker-tasks.ts";
import type { Chat } from "../../../lambdas/chat/chat.ts";
import { addMembers, changeDetails, removeMember } from "../../../lambdas/chat/operations/change-group.ts";
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
        readAt: null,
      },
    } as const;
    database.members.set(memberKey(id, userId), { conversationId: id, member });
  }
  chat = memoryChat({
    database,
    rules: { maxGroupMembers: 1_000 },
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

/** A group of few connections: only these of user-7's and user-8's. */
function onlySome(): void {
  for (let n = 0; n < 300; n += 1)
    if (n !== 7 && n !== 8)
      database.users.set(`user-${n}`, { ...database.users.get(`user-${n}`)!, connections: [] });
}

function makeOwner(userId: string): void {
  const { member } = database.members.get(memberKey(id, userId))!;
  database.members.set(memberKey(id, userId), { conversationId: id, member: { ...member, role: "owner" } });
}

it("of what happens to a group two hundred are told before the answer, too, and the others once by the worker", async () => {
  makeOwner("ann");
  await changeDetails(chat, ann, id, { title: "Secret", avatarUrl: undefined, metadata: undefined });
  expect(sockets.pushed).toHaveLength(200);
  expect(tasks.map(({ targets }) => targets.length)).toEqual([250, 151]);
  expect(JSON.stringify(tasks)).not.toContain("Secret");
  for (const task of tasks) await tellMessage(chat, task);
  expect(new Set(told()).size).toBe(601);
  expect(told()).toHaveLength(601);
  for (const { connectionId, frame } of sockets.pushed)
    expect(frame.type).toBe(connectionId.endsWith("-in") ? "new_message" : "conversation_updated");
});

it("whoever has gone, or come, and was late to be told hears that from the worker", async () => {
  makeOwner("ann");
  onlySome();
  const connections = [{ id: "zoe-out", lease: Infinity, since: 0, rooms: new Set<string>() }];
  database.users.set("zoe", { ...newUser("zoe"), state: "on", version: 1, connections });
  sockets.outcomeOf = () => "late";
  await removeMember(chat, ann, id, "user-7");
  await addMembers(chat, ann, id, ["zoe"]);
  sockets.outcomeOf = () => "delivered";
  for (const task of tasks) await tellMessage(chat, task);
  const heard = (connectionId: string) =>
    sockets.pushed.filter((push) => push.connectionId === connectionId).map(({ frame }) => frame.type);
  expect(heard("user-7-in")).toEqual(["conversation_removed"]);
  expect(heard("user-7-out")).toEqual(["conversation_removed"]);
  expect(heard("zoe-out")).toEqual(["conversation_added"]);
  expect(heard("user-8-in")).toEqual(["new_message", "new_message"]);
  expect(heard("user-8-out")).toEqual(["conversation_updated", "conversation_updated"]);
});

it("whoever was let in again meanwhile is not told that the group is theirs no more", async () => {
  makeOwner("ann");
  onlySome();
  sockets.outcomeOf = (connectionId) => (connectionId === "user-7-out" ? "late" : "delivered");
  await removeMember(chat, ann, id, "user-7");
  const [task] = tasks;
  sockets.outcomeOf = () => "delivered";
  await addMembers(chat, ann, id, ["user-7"]);
  sockets.pushed.length = 0;
  await tellMessage(chat, task!);
  expect(sockets.pushed.map(({ frame }) => frame.type)).not.toContain("conversation_removed");
});
