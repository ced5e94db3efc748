import { beforeEach, describe, expect, it } from "vitest";
import { GATHER_MS } from "../../lambdas/chat/gather-pushes.ts";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { composeWorker } from "../../lambdas/runtime/composition.ts";
import { readEnvironment } from "../../lambdas/runtime/env.ts";
import { createWorker } from "../../lambdas/worker/handler.ts";
import { sqsEvent } from "../support/events.ts";
import { groupIn, groupsOf } from "../support/groups.ts";
import { deployment, stored, user } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

/** Ten messages of a group, told by one invocation of the worker to all who are in the room. */

const MESSAGES = 10;
const SEQS = Array.from({ length: MESSAGES }, (_, n) => n + 2);
const MINUTE = 60_000;

/** The connections that take batches, and those that do not. */
let modern: readonly Device[];
let old: readonly Device[];
let members: readonly Person[];
let conversationId: string;
beforeEach(async () => {
  const owner = await user();
  members = await Promise.all(Array.from({ length: 4 }, () => user()));
  const memberIds = members.map(({ id }) => id);
  conversationId = groupIn(await groupsOf(owner).make({ memberIds })).id;
  const authorization = (who: Person) => ({ Authorization: `Bearer ${who.token()}` });
  modern = await Promise.all(
    members.map((who) => who.connect({ headers: { ...authorization(who), "X-Parley-Features": "batch" } })),
  );
  old = await Promise.all(members.map((who) => who.connect()));
  for (const device of [...modern, ...old]) await device.act("join_conversation", { conversationId });
  const sender = await owner.connect();
  for (const afterSeq of SEQS.map((seq) => seq - 1)) {
    const fields = { conversationId, content: `after ${afterSeq} ${"€".repeat(400)}`, afterSeq };
    await sender.act("send_message", fields);
  }
  deployment.passTime(MINUTE);
  deployment.management.reset();
});

/** The worker waits for what runs side by side, however slow the machine. */
function work(seqs: readonly number[] = SEQS.toReversed()) {
  const never = new Promise<void>(() => undefined);
  const pause = (ms: number) => (ms === GATHER_MS ? never : Promise.resolve());
  const clock = { now: () => Date.now(), pause };
  const worker = createWorker(composeWorker(readEnvironment("worker"), { clock }));
  const targets = members.flatMap(({ id: userId }, n) =>
    [modern[n]!, old[n]!].map(({ id: connectionId }) => ({ userId, connectionId })),
  );
  const task = (seq: number) => ({ conversationId, seq, event: "new_message", showsInList: true, targets });
  return worker(sqsEvent(seqs.map((seq) => ({ type: "tell", ...task(seq) }))));
}

const messagesIn = (frames: readonly ServerFrame[]): readonly Message[] =>
  frames
    .flatMap((frame): readonly ServerFrame[] => (frame.type === "batch" ? frame.events : [frame]))
    .flatMap((event) => (event.type === "new_message" ? [event.message] : []));
const seqsIn = (device: Device): readonly number[] => messagesIn(device.received).map(({ seq }) => seq);
const requestsFor = ({ id }: Device): number =>
  deployment.management.requests.filter((request) => request.includes(id)).length;

describe("ten messages to a group", () => {
  it("are one call for each connection that takes batches, and ten for each that does not, all in order", async () => {
    expect(await work()).toEqual({ batchItemFailures: [] });
    expect(deployment.management.requests).toHaveLength(modern.length * 1 + old.length * MESSAGES);
    for (const device of modern) {
      expect(device.received.map(({ type }) => type)).toEqual(["batch"]);
      expect(seqsIn(device)).toEqual(SEQS);
    }
    for (const device of old) {
      expect(new Set(device.received.map(({ type }) => type))).toEqual(new Set(["new_message"]));
      expect(seqsIn(device)).toEqual(SEQS);
    }
    // The same bytes, whichever way they came.
    expect(messagesIn(modern[0]!.received)).toEqual(messagesIn(old[0]!.received));
  });

  it("are single events where one message is told", async () => {
    await work([3]);
    for (const device of [...modern, ...old])
      expect(device.received.map(({ type }) => type)).toEqual(["new_message"]);
  });
});

describe("a batch", () => {
  it("that finds its connection gone prunes it, and it alone, and asks it once", async () => {
    const [gone, ...others] = modern;
    deployment.management.answer(gone!.id, 410);
    expect(await work()).toEqual({ batchItemFailures: [] });
    expect(requestsFor(gone!)).toBe(1);
    expect((await stored(members[0]!)).connections.map(({ id }) => id)).toEqual([old[0]!.id]);
    for (const device of others) expect(seqsIn(device)).toEqual(SEQS);
  });

  it.each([429, 500] as const)(
    "answered by %d is tried three times, fails no task and prunes nobody",
    async (status) => {
      const [failing, ...others] = modern;
      deployment.management.answer(failing!.id, status);
      expect(await work()).toEqual({ batchItemFailures: [] });
      expect(requestsFor(failing!)).toBe(3);
      expect((await stored(members[0]!)).connections).toHaveLength(2);
      for (const device of others) expect(seqsIn(device)).toEqual(SEQS);
      for (const device of old) expect(seqsIn(device)).toEqual(SEQS);
    },
  );

  it("is not sent to a connection whose token has expired: it is closed", async () => {
    deployment.passTime(3 * 60 * MINUTE);
    deployment.management.reset();
    await work();
    expect(deployment.management.posted).toEqual([]);
    expect(new Set(deployment.management.closed)).toEqual(new Set([...modern, ...old].map(({ id }) => id)));
    for (const member of members) expect((await stored(member)).connections).toEqual([]);
  });
});
