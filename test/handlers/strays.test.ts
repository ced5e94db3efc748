import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { sqsEvent } from "../support/events.ts";
import { deployment, handlers, stored, user } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

const LIMIT = 10;

/** An eleventh connection has evicted the first, whose socket is inside `$connect` and so opens all the same. */
async function aStray(): Promise<{ person: Person; stray: Device }> {
  const person = await user();
  const stray = await person.connect();
  deployment.management.answer(stray.id, 410);
  for (let count = 0; count < LIMIT; count += 1) await person.connect();
  deployment.management.answer(stray.id, null);
  expect((await stored(person)).connections.map(({ id }) => id)).not.toContain(stray.id);
  return { person, stray };
}

const pushedTo = (device: Device): readonly ServerFrame[] => device.received;
const UNAUTHORIZED = { type: "error", code: "UNAUTHORIZED" };

describe("a connection evicted before its socket was open", () => {
  it("is closed again once it must be open, and not before", async () => {
    deployment.queue.take();
    const { stray } = await aStray();
    const [queued, ...others] = deployment.queue.take();
    expect(others).toEqual([]);
    expect(queued).toEqual({
      task: { type: "close_connections", connectionIds: [stray.id] },
      delaySeconds: 15,
    });
    await handlers.worker(sqsEvent([queued!.task]));
    expect(deployment.management.closed).toContain(stray.id);
  });

  it("leaves nothing in the queue where the close succeeds at once", async () => {
    deployment.queue.take();
    const person = await user();
    const first = await person.connect();
    for (let count = 0; count < LIMIT; count += 1) await person.connect();
    expect(deployment.management.closed).toContain(first.id);
    expect(deployment.queue.take()).toEqual([]);
  });

  it("that the worker cannot close is tried again; one that is gone is done with", async () => {
    const { stray } = await aStray();
    const task = { type: "close_connections", connectionIds: [stray.id] };
    deployment.management.answer(stray.id, 403);
    expect(await handlers.worker(sqsEvent([task]))).toMatchObject({
      batchItemFailures: [{ itemIdentifier: expect.any(String) as string }],
    });
    deployment.management.answer(stray.id, 410);
    expect(await handlers.worker(sqsEvent([task]))).toEqual({ batchItemFailures: [] });
    deployment.management.answer(stray.id, null);
  });
});

describe("a connection that no record knows", () => {
  it("joins nothing: UNAUTHORIZED, and closed", async () => {
    const { person, stray } = await aStray();
    const conversationId = await person.conversationWith(await user());
    const answer = await stray.send({ action: "join_conversation", id: "j", conversationId });
    expect(answer).toBeNull();
    expect(pushedTo(stray)).toMatchObject([{ ...UNAUTHORIZED, id: "j", action: "join_conversation" }]);
    expect(deployment.management.requests.slice(-2)).toEqual([`POST ${stray.id}`, `DELETE ${stray.id}`]);
  });

  it("gets its first send acked, since it is stored, and is closed; the next frame is refused", async () => {
    const { person, stray } = await aStray();
    const bob = await user();
    const conversationId = await person.conversationWith(bob);
    const frame = { action: "send_message", conversationId, content: "hello", clientMessageId: "m" };
    expect(await stray.send({ ...frame, id: "s" })).toBeNull();
    expect(pushedTo(stray)).toMatchObject([
      { type: "ack", id: "s", action: "send_message", data: { duplicate: false, message: { seq: 1 } } },
      UNAUTHORIZED,
    ]);
    expect(deployment.management.closed).toContain(stray.id);

    expect(await stray.send({ ...frame, id: "t", clientMessageId: "n" })).toBeNull();
    expect(pushedTo(stray).at(-1)).toMatchObject({ ...UNAUTHORIZED, id: "t", action: "send_message" });
    const again = await person.connect();
    expect(await again.act("sync", { conversationId, afterSeq: 0 })).toMatchObject({ lastSeq: 1 });
    expect(await again.act("send_message", frame)).toMatchObject({ duplicate: true, message: { seq: 1 } });
  });

  it("is found when it marks as read, too", async () => {
    const { person, stray } = await aStray();
    const bob = await user();
    const conversationId = await person.conversationWith(bob);
    const fromBob = await bob.connect();
    await fromBob.act("send_message", { conversationId, content: "hello" });
    expect(await stray.send({ action: "mark_read", id: "r", conversationId, seq: 1 })).toBeNull();
    expect(pushedTo(stray)).toMatchObject([{ type: "ack", id: "r" }, UNAUTHORIZED]);
    expect(deployment.management.closed).toContain(stray.id);
    expect(await stray.send({ action: "typing_start", id: "t", conversationId })).toBeNull();
    expect(pushedTo(stray).at(-1)).toMatchObject({ ...UNAUTHORIZED, id: "t" });
  });
});
