import { beforeEach, describe, expect, it } from "vitest";
import { createChangeStore } from "../../lambdas/store/changes.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { aMessage } from "../support/made-records.ts";
import { deployment, handlers, person } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";
import { sqsEvent, streamEvent } from "../support/events.ts";
import { closedUrl } from "../../local/test/support/local-server.ts";
import { loadEntryPoints } from "../support/handlers.ts";
import { readStream } from "../support/read-stream.ts";

/** Messages whose sender died after the put: the log is ahead of everything derived from it. */
describe("messages whose sender has died", () => {
  let alice: Person;
  let bob: Person;
  let device: Device;
  let conversationId: string;
  beforeEach(async () => {
    [alice, bob] = [person(), person()];
    device = await alice.connect();
    await bob.connect();
    conversationId = await alice.conversationWith(bob);
  });

  const put = async (count: number, createdAt = Date.now()): Promise<void> => {
    const messages = createMessageStore(deployment.table);
    for (let seq = 1; seq <= count; seq += 1) {
      const clientMessageId = `c${seq}`;
      await messages.put(aMessage({ conversationId, seq, senderId: alice.id, createdAt, clientMessageId }));
    }
  };
  const head = () => createHeadStore(deployment.table).get(conversationId, "strong");
  const appended = (count: number) =>
    readStream(
      deployment.table,
      ({ dynamodb }) =>
        dynamodb?.Keys?.["pk"]?.S === `C#${conversationId}` &&
        (dynamodb.Keys["sk"]?.S ?? "").startsWith("M#"),
      count,
    );
  const list = async () =>
    ((await bob.http({ route: "GET /api/conversations" })).body as { conversations: unknown[] })
      .conversations;

  it("are counted and listed once the worker has seen them on the stream", async () => {
    await put(3, Date.now() + 16 * 60_000);
    expect(await head()).toMatchObject({ lastSeq: 0 });
    expect(await handlers.worker(streamEvent(await appended(3)))).toEqual({ batchItemFailures: [] });
    expect(await head()).toMatchObject({ lastSeq: 3, lastMessage: { seq: 3 } });
    expect((await head())?.participants.find(({ id }) => id === alice.id)).toMatchObject({ readSeq: 3 });
    expect(await list()).toMatchObject([{ id: conversationId, unreadCount: 3, lastMessage: { seq: 3 } }]);
    // The stream delivers at least once.
    expect(await handlers.worker(streamEvent(await appended(3)))).toEqual({ batchItemFailures: [] });
    expect(await head()).toMatchObject({ lastSeq: 3 });
  });

  it("are passed by the next send, which acks what is counted", async () => {
    await put(3);
    const sent = await device.act("send_message", { conversationId, content: "x", afterSeq: 3 });
    expect(sent).toMatchObject({ message: { seq: 4 } });
    expect(await head()).toMatchObject({ lastSeq: 4 });
  });

  it("are found by the repeat, which redoes what is missing and tells the others", async () => {
    await put(1);
    const [theirs] = [await bob.connect()];
    deployment.management.reset();
    const repeat = { conversationId, content: "x", clientMessageId: "c1", afterSeq: 0 };
    expect(await device.act("send_message", repeat)).toMatchObject({ message: { seq: 1 }, duplicate: true });
    expect(await head()).toMatchObject({ lastSeq: 1 });
    expect(theirs.received).toMatchObject([{ type: "conversation_updated", lastSeq: 1 }]);
  });

  it("can be synced and read before anybody has repaired anything", async () => {
    await put(3);
    const reader = await bob.connect();
    for (const afterSeq of [0, 1, 3, 4, 1_000]) {
      const seqs = [1, 2, 3].filter((seq) => seq > afterSeq);
      expect(await reader.act("sync", { conversationId, afterSeq })).toMatchObject({
        messages: seqs.map((seq) => ({ seq })),
        lastSeq: 3,
        hasMore: false,
      });
    }
    // A full page does not see the end of the log.
    const first = await reader.act("sync", { conversationId, afterSeq: 0, limit: 1 });
    expect(first).toMatchObject({ messages: [{ seq: 1 }], lastSeq: 3, hasMore: true });
    expect(await reader.act("mark_read", { conversationId, seq: 3 })).toMatchObject({
      readSeq: 3,
      unreadCount: 0,
    });
    expect(await head()).toMatchObject({ lastSeq: 3 });
  });
});

describe("the worker", () => {
  it("reports the task that failed, and it alone", async () => {
    const event = sqsEvent([{ type: "settle", userId: "nobody", lastSeenAt: 1 }, "no JSON"]);
    const failed = event.Records[1]!.messageId;
    expect(await handlers.worker(event)).toEqual({ batchItemFailures: [{ itemIdentifier: failed }] });
  });

  it("reports the stream record to repeat from, when the queue does not answer", async () => {
    const alice = person();
    await (await alice.connect()).disconnect();
    const records = await readStream(
      deployment.table,
      ({ dynamodb }) => dynamodb?.Keys?.["pk"]?.S === `U#${alice.id}`,
      3,
    );
    const before = process.env["QUEUE_URL"];
    process.env["QUEUE_URL"] = `${await closedUrl()}/0/tasks`;
    const { worker } = await loadEntryPoints();
    process.env["QUEUE_URL"] = before;
    const event = streamEvent(records);
    const failed = event.Records.at(-1)?.dynamodb?.SequenceNumber;
    expect(await worker(event)).toEqual({ batchItemFailures: [{ itemIdentifier: failed }] });
  });
});

/** Changes whose maker died after the put: the second log is ahead of everything derived from it. */
describe("changes whose maker has died", () => {
  it("are shown once the worker has seen them on the stream, and what edits said is taken out of them", async () => {
    const [alice, bob] = [person(), person()];
    const device = await alice.connect();
    await bob.connect();
    const conversationId = await alice.conversationWith(bob);
    await device.act("send_message", { conversationId, content: "secret" });
    const changes = createChangeStore(deployment.table);
    const made = { conversationId, seq: 1, userId: alice.id, at: Date.now() };
    const said = { content: "worse", mentions: [], metadata: null };
    await changes.put({ ...made, rev: 1, attemptId: "a", change: { type: "edit", said } });
    await changes.put({ ...made, rev: 2, attemptId: "b", change: { type: "delete" } });
    const records = await readStream(
      deployment.table,
      ({ dynamodb }) =>
        dynamodb?.Keys?.["pk"]?.S === `C#${conversationId}` &&
        (dynamodb.Keys["sk"]?.S ?? "").startsWith("X#"),
      2,
    );
    // The stream delivers at least once.
    for (let times = 0; times < 2; times += 1)
      expect(await handlers.worker(streamEvent(records))).toEqual({ batchItemFailures: [] });
    const head = await createHeadStore(deployment.table).get(conversationId, "strong");
    expect(head).toMatchObject({ lastRev: 2, lastMessage: { content: "", rev: 2 } });
    expect(await createMessageStore(deployment.table).get(conversationId, 1)).toMatchObject({
      content: "",
      rev: 2,
    });
    expect(await changes.listAfter(conversationId, 0, 5)).toMatchObject([
      { change: { type: "edit", said: null } },
      { change: { type: "delete" } },
    ]);
  });
});
