import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ErasureJob } from "../../lambdas/protocol/http-answers.ts";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { AckData } from "../../lambdas/protocol/server-frames.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { sqsEvent } from "../support/events.ts";
import { wholeTable } from "../support/whole-table.ts";
import { coldStart, deployment, handlers, person, user } from "./entry-points.ts";
import type { Person } from "./person.ts";

const admin = () => person({ scope: "parley/admin" });
const erase = (userId: string, messages: "keep" | "delete") =>
  admin().http({ route: "POST /api/admin/users/erase", body: { userId, messages } });
const jobOf = async (jobId: string): Promise<ErasureJob> =>
  (await admin().http({ route: "GET /api/admin/jobs/{jobId}", path: { jobId } })).body as ErasureJob;
const send = async (who: Person, conversationId: string, body: object): Promise<Message> => {
  const route = "POST /api/conversations/{conversationId}/messages";
  const answer = await who.http({ route, path: { conversationId }, body });
  if (answer.status !== 201) throw new Error(`A send was answered with ${answer.status}.`);
  return (answer.body as { message: Message }).message;
};
const change = (who: Person, route: string, conversationId: string, seq: number, more: object = {}) =>
  who.http({
    route: `${route.split(" ")[0]} /api/conversations/{conversationId}/messages/{seq}${route.split(" ")[1] ?? ""}`,
    path: { conversationId, seq: String(seq) },
    ...more,
  });

/** Delivers what is queued, and what that queues, until nothing is left. */
async function runQueue(): Promise<void> {
  for (let tasks = deployment.queue.take(); tasks.length > 0; tasks = deployment.queue.take()) {
    const { batchItemFailures = [] } =
      (await handlers.worker(sqsEvent(tasks.map(({ task }) => JSON.stringify(task))))) ?? {};
    expect(batchItemFailures).toEqual([]);
  }
}
const erased = async (userId: string, messages: "keep" | "delete"): Promise<ErasureJob> => {
  const answer = await erase(userId, messages);
  expect(answer.status).toBe(202);
  deployment.passTime(95_000);
  await runQueue();
  return jobOf((answer.body as ErasureJob).jobId);
};

interface Scene {
  readonly alice: Person;
  readonly bob: Person;
  readonly pair: string;
  readonly group: string;
  /** Stands in her name, her handle, the address of her picture and in all that she wrote. */
  readonly secret: string;
}

/** Alice in a pair and in a group that is hers, with everything that can be said, done and kept of her. */
async function scene(): Promise<Scene> {
  const secret = randomUUID();
  const alice = await user({
    name: `Alice ${secret}`,
    preferred_username: secret,
    picture: `https://x/${secret}`,
  });
  const [bob, carol, stranger] = await Promise.all([user({ name: "Bob" }), user(), user()]);
  const device = await alice.connect();
  const pair = await alice.conversationWith(bob);
  await device.act("join_conversation", { conversationId: pair });
  await send(alice, pair, { content: `first ${secret}`, clientMessageId: `by-${alice.id}` });
  await send(bob, pair, { content: "well, @alice", mentions: [alice.id], replyToSeq: 1 });
  await change(alice, "PUT /reactions", pair, 2, { query: { emoji: "👍" } });
  await send(alice, pair, { content: `one more ${secret}`, metadata: { secret } });
  await change(alice, "PATCH", pair, 3, { body: { content: `edited ${secret}` } });
  await send(bob, pair, { content: "answer", replyToSeq: 3 });
  await change(bob, "PUT /pin", pair, 3);
  await alice.http({
    route: "GET /api/conversations/{conversationId}/messages",
    path: { conversationId: pair },
  });
  await send(bob, pair, { content: "unread", mentions: [alice.id] });
  const made = await alice.http({
    route: "POST /api/conversations",
    body: { kind: "group", title: "Tea", memberIds: [bob.id, carol.id], clientConversationId: "tea" },
  });
  const group = (made.body as { conversation: { id: string } }).conversation.id;
  await send(alice, group, { content: `in the group ${secret}`, mentions: [bob.id] });
  await send(bob, group, { content: "hm", mentions: [alice.id] });
  await change(alice, "PUT /reactions", group, 3, { query: { emoji: "🐇" } });
  await alice.http({ route: "PUT /api/blocks", query: { userId: stranger.id } });
  await bob.http({ route: "PUT /api/blocks", query: { userId: alice.id } });
  deployment.queue.take();
  return { alice, bob, pair, group, secret };
}

const traces = async (...texts: readonly string[]): Promise<readonly string[]> =>
  (await wholeTable(deployment.table)).filter((item) => texts.some((text) => item.includes(text)));
const history = async (who: Person, conversationId: string): Promise<readonly Message[]> => {
  const answer = await who.http({
    route: "GET /api/conversations/{conversationId}/messages",
    path: { conversationId },
    query: { markRead: "false" },
  });
  return (answer.body as { messages: readonly Message[] }).messages;
};
const withoutLoss = (messages: readonly Message[], count: number): void =>
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, at) => at + 1));

afterEach(() => vi.restoreAllMocks());

describe("a user is erased", () => {
  it("with their messages: nothing in the table tells of them, and no seq is missing", async () => {
    const { alice, bob, pair, group, secret } = await scene();
    expect(await erased(alice.id, "delete")).toMatchObject({
      state: "done",
      counts: { conversations: 2, messages: expect.any(Number) as number },
    });
    expect(await traces(alice.id, secret)).toEqual([]);
    const messages = await history(bob, pair);
    withoutLoss(messages, 5);
    expect(messages[0]).toMatchObject({
      content: "",
      clientMessageId: null,
      sender: { name: "deleted", displayName: "Deleted user", avatarUrl: null },
      deletedAt: expect.any(String) as string,
    });
    expect(messages[1]).toMatchObject({ mentions: [], replyTo: { preview: null } });
    expect(messages[1]?.reactions).toEqual([{ emoji: "👍", count: 1, userIds: [messages[0]!.sender.id] }]);
    expect(messages[2]).toMatchObject({ content: "", metadata: null, pinnedAt: null });
    expect(messages[3]).toMatchObject({ content: "answer", replyTo: { preview: null } });
    const inGroup = await history(bob, group);
    withoutLoss(inGroup, 4);
    expect(inGroup[0]).toMatchObject({ system: { event: "created" } });
    expect(inGroup.at(-1)).toMatchObject({ system: { event: "member_left" } });
    // Not to be laid side by side.
    expect(inGroup[0]!.sender.id).not.toBe(messages[0]!.sender.id);
    const { body } = await bob.http({ route: "GET /api/conversations" });
    const listed = (body as { conversations: { id: string; memberCount: number }[] }).conversations;
    expect(listed.find(({ id }) => id === group)).toMatchObject({ memberCount: 2 });
    expect(listed.find(({ id }) => id === pair)).toMatchObject({
      otherParticipant: { displayName: "Deleted user", online: false, lastSeenAt: null },
    });
  });

  it("and their messages stay, under a name that is nobody's", async () => {
    const { alice, bob, pair, group, secret } = await scene();
    await erased(alice.id, "keep");
    expect(await traces(alice.id, `Alice ${secret}`, `https://x/${secret}`)).toEqual([]);
    const others = (await traces(secret)).filter((item) => !/"(content|metadata)":\{"S":"[^"]*/.test(item));
    expect(others).toEqual([]);
    const messages = await history(bob, pair);
    withoutLoss(messages, 5);
    expect(messages.map(({ content }) => content)).toEqual([
      `first ${secret}`,
      "well, @alice",
      `edited ${secret}`,
      "answer",
      "unread",
    ]);
    expect(messages[1]!.replyTo!.preview!.sender.displayName).toBe("Deleted user");
    expect(messages[2]).toMatchObject({ deletedAt: null, metadata: { secret } });
    expect(messages[2]!.pinnedAt).not.toBeNull();
    withoutLoss(await history(bob, group), 4);
  });

  it("and others' clients hear of it by the change log, pushed or synced", async () => {
    const { alice, bob, pair } = await scene();
    const device = await bob.connect();
    const joined = (await device.act("join_conversation", {
      conversationId: pair,
    })) as AckData["join_conversation"];
    const before = await history(bob, pair);
    deployment.management.reset();
    await erased(alice.id, "delete");
    const pushed = deployment.management.posted
      .filter(({ connectionId }) => connectionId === device.id)
      .flatMap(({ frame }) => (frame.type === "message_changed" ? [frame.message] : []));
    const synced = (await device.act("sync", {
      conversationId: pair,
      afterSeq: joined.lastSeq,
      afterRev: joined.lastRev,
    })) as AckData["sync"];
    const after = await history(bob, pair);
    const bySeq = (one: readonly Message[]) => new Map(one.map((message) => [message.seq, message]));
    const [told, found] = [bySeq(pushed), bySeq(synced.changed)];
    for (const message of after) {
      const was = before.find(({ seq }) => seq === message.seq)!;
      if (message.rev === was.rev) {
        expect({ ...message, readAt: null, replyTo: null }).toEqual({ ...was, readAt: null, replyTo: null });
        continue;
      }
      expect(message.rev).toBeGreaterThan(was.rev);
      expect(found.get(message.seq)).toEqual(message);
      expect(told.get(message.seq)?.rev).toBe(message.rev);
    }
    expect(found.size).toBeGreaterThan(2);
  });

  it("is signed out for good: no token of theirs counts, also once nothing is left", async () => {
    const { alice, bob, pair } = await scene();
    const device = await alice.connect();
    await erase(alice.id, "delete");
    expect(deployment.management.closed).toContain(device.id);
    const later = person({ sub: alice.id, name: "Alice" });
    for (const who of [alice, later]) {
      await coldStart();
      expect(await who.http({ route: "GET /api/conversations" })).toMatchObject({ status: 401 });
    }
    deployment.passTime(95_000);
    await runQueue();
    await coldStart();
    for (const who of [alice, later]) {
      expect(await who.http({ route: "GET /api/conversations" })).toMatchObject({ status: 401 });
      await expect(who.connect()).rejects.toThrow(/Unauthorized/);
    }
    expect(await traces(alice.id)).toEqual([]);
    await expect(device.act("send_message", { conversationId: pair, content: "still here" })).rejects.toThrow(
      /FORBIDDEN|UNAUTHORIZED/,
    );
    const asked = await bob.http({
      route: "POST /api/conversations/find-or-create",
      body: { otherUserId: alice.id },
    });
    expect(asked.status).toBe(404);
  });

  it("with what arrives while it runs", async () => {
    const { alice, bob, pair, secret } = await scene();
    const device = await alice.connect();
    const answer = await erase(alice.id, "delete");
    // The socket that the gateway was slow to close.
    await device.send({ action: "send_message", conversationId: pair, content: `late ${secret}` });
    await send(bob, pair, { content: "to whoever is left", mentions: [alice.id] }).catch(() => null);
    deployment.passTime(95_000);
    await runQueue();
    expect(await jobOf((answer.body as ErasureJob).jobId)).toMatchObject({ state: "done" });
    expect(await traces(alice.id, secret)).toEqual([]);
    const log = await createMessageStore(deployment.table).listAfter(pair, 0, 100, "strong");
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
  });

  it("once, though it is asked for twice at once, and again when it is done", async () => {
    const { alice } = await scene();
    const [one, other] = await Promise.all([erase(alice.id, "keep"), erase(alice.id, "keep")]);
    const { jobId } = one.body as ErasureJob;
    expect(other.body).toMatchObject({ jobId });
    deployment.passTime(95_000);
    // Both tasks, each delivered twice.
    const tasks = deployment.queue.take().filter(({ task }) => task.type === "erase");
    expect(tasks).toHaveLength(2);
    const bodies = tasks.map(({ task }) => JSON.stringify(task));
    await Promise.all([handlers.worker(sqsEvent(bodies)), handlers.worker(sqsEvent(bodies))]);
    await runQueue();
    const done = await jobOf(jobId);
    expect(done).toMatchObject({ state: "done" });
    expect(await traces(alice.id)).toEqual([]);
    expect((await erase(alice.id, "delete")).body).toEqual(done);
    expect(deployment.queue.take()).toEqual([]);
  });

  it("and can be made known anew by an admin, once it is done", async () => {
    const { alice } = await scene();
    const introduce = () =>
      admin().http({ route: "PUT /api/admin/users", body: { userId: alice.id, displayName: "Anew" } });
    await erase(alice.id, "delete");
    expect(await introduce()).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    deployment.passTime(95_000);
    await runQueue();
    expect(await introduce()).toMatchObject({ status: 200, body: { user: { displayName: "Anew" } } });
    await coldStart();
    const back = await person({ sub: alice.id }).http({ route: "GET /api/conversations" });
    expect(back).toMatchObject({ status: 200, body: { conversations: [] } });
  });
});

describe("an erasure", () => {
  it("of somebody who was never here is refused, and so is a job that nobody began", async () => {
    expect(await erase("nobody-knows", "keep")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    const asked = await admin().http({ route: "GET /api/admin/jobs/{jobId}", path: { jobId: "none" } });
    expect(asked).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    const { id } = await user();
    const wrong = await admin().http({
      route: "POST /api/admin/users/erase",
      body: { userId: id, messages: "some" },
    });
    expect(wrong).toMatchObject({ status: 400 });
  });

  it("tells in the log who asked for it, and its end without the user's id", async () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    const { alice } = await scene();
    await erased(alice.id, "keep");
    const audits = written
      .filter((line) => line.includes('"AUDIT"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(audits).toMatchObject([
      { message: "erasure asked for", erasedUserId: alice.id, adminId: expect.any(String) as string },
      { message: "erasure done", jobId: expect.any(String) as string },
    ]);
    expect(JSON.stringify(audits.at(-1))).not.toContain(alice.id);
  });

  it("that has not moved for an hour has failed, until it is asked for again", async () => {
    const { alice } = await scene();
    const { jobId } = (await erase(alice.id, "keep")).body as ErasureJob;
    deployment.queue.take();
    deployment.passTime(61 * 60_000);
    expect(await jobOf(jobId)).toMatchObject({ state: "failed" });
    await erase(alice.id, "keep");
    await runQueue();
    expect(await jobOf(jobId)).toMatchObject({ state: "done" });
  });
});
