import { describe, expect, it } from "vitest";
import { gatherPushes } from "../../../lambdas/chat/gather-pushes.ts";
import type { Push, PushOutcome, Sockets } from "../../../lambdas/chat/ports.ts";
import { MAX_FRAME_BYTES } from "../../../lambdas/protocol/limits.ts";
import type { EventFrame, PushedFrame } from "../../../lambdas/protocol/server-frames.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { MemoryMetrics } from "../../support/memory/metrics.ts";

const event = (userId: string): EventFrame => ({ type: "user_typing", conversationId: "c", userId });
const batch = (...userIds: readonly string[]) => ({ type: "batch", events: userIds.map(event) });
const modern = (connectionId: string, frame: PushedFrame): Push => ({
  ...{ connectionId, frame },
  takesBatches: true,
});
const old = (connectionId: string, frame: PushedFrame): Push => ({ connectionId, frame });

/** Something that is waited for until the test opens it. */
function gate() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((opened) => (resolve = opened));
  return { promise, resolve: () => resolve() };
}

/** A gathering over sockets that remember frames in the order in which they were begun. */
function scene(outcomeOf: (connectionId: string, frame: PushedFrame) => PushOutcome = () => "delivered") {
  const frames: (readonly [string, PushedFrame])[] = [];
  const moment = gate();
  const sockets: Sockets = {
    push: async (pushes) => {
      frames.push(...pushes.map(({ connectionId, frame }) => [connectionId, frame] as const));
      await Promise.resolve();
      return pushes.map(({ connectionId, frame }) => outcomeOf(connectionId, frame));
    },
    close: () => Promise.reject(new Error("Nothing was to be closed.")),
  };
  const metrics = new MemoryMetrics();
  const chat = memoryChat({ sockets, metrics });
  const clock = { ...chat.clock, pause: () => moment.promise };
  const run = gatherPushes({ ...chat, clock });
  return {
    frames,
    metrics,
    /** The moment for which the others are waited for is over. */
    passMoment: () => moment.resolve(),
    run,
    push: (pushes: readonly Push[], before: Promise<unknown> = Promise.resolve()) =>
      run(async (gathered) => {
        await before;
        return gathered.sockets.push(pushes);
      }),
    to: (connectionId: string) => frames.flatMap(([id, frame]) => (id === connectionId ? [frame] : [])),
  };
}

describe("what is pushed side by side", () => {
  it("goes as one frame to a connection that takes batches, and one by one to any other, in the order of the runs", async () => {
    const { push, to, metrics } = scene();
    const slow = gate();
    const outcomes = Promise.all([
      push([modern("a", event("1")), old("b", event("1"))], slow.promise),
      push([modern("a", event("2")), old("b", event("2"))]),
      push([modern("a", event("3")), old("b", event("3")), modern("alone", event("3"))]),
    ]);
    slow.resolve();
    expect(await outcomes).toEqual([
      ["delivered", "delivered"],
      ["delivered", "delivered"],
      ["delivered", "delivered", "delivered"],
    ]);
    expect(to("a")).toEqual([batch("1", "2", "3")]);
    expect(to("b")).toEqual([event("1"), event("2"), event("3")]);
    expect(to("alone")).toEqual([event("3")]);
    expect(metrics.counts).toEqual({ BatchesDelivered: 1, PushesBatched: 3 });
  });

  it("goes at once where there is one run, and does not wait for one that ends without a push", async () => {
    const { push, run, to } = scene();
    await push([modern("a", event("1"))]);
    const idle = gate();
    const both = Promise.all([push([modern("a", event("2"))]), run(() => idle.promise)]);
    idle.resolve();
    await both;
    expect(to("a")).toEqual([event("1"), event("2")]);
  });

  it("waits a moment at most for one that is slow, which then goes alone", async () => {
    const { push, to, passMoment } = scene();
    const slow = gate();
    const late = push([modern("a", event("1"))], slow.promise);
    const others = Promise.all([push([modern("a", event("2"))]), push([modern("a", event("3"))])]);
    passMoment();
    await others;
    expect(to("a")).toEqual([batch("2", "3")]);
    slow.resolve();
    await late;
    expect(to("a")).toEqual([batch("2", "3"), event("1")]);
  });

  it("is not held up, nor taken along, by a run that fails", async () => {
    const { push, run, to } = scene();
    const failed = run(() => Promise.reject(new Error("throttled")));
    const [outcome] = await Promise.allSettled([failed, push([modern("a", event("1"))])]);
    expect(outcome.status).toBe("rejected");
    expect(to("a")).toEqual([event("1")]);
  });

  it("can be pushed by one run in several goes at once", async () => {
    const { run, to } = scene();
    await run(({ sockets }) =>
      Promise.all([sockets.push([modern("a", event("1"))]), sockets.push([modern("a", event("2"))])]),
    );
    expect(to("a")).toEqual([event("1"), event("2")]);
  });

  it("goes straight through where it is in haste", async () => {
    const { run, to } = scene();
    const idle = gate();
    const other = run(() => idle.promise);
    await run(({ sockets }) => sockets.push([modern("a", event("1"))], 500));
    expect(to("a")).toEqual([event("1")]);
    idle.resolve();
    await other;
  });
});

describe("a batch", () => {
  it("is no larger than any frame of ours, to the byte; what does not fit goes in the next", async () => {
    const { push, to } = scene();
    const size = (frame: unknown): number => Buffer.byteLength(JSON.stringify(frame));
    const spare = MAX_FRAME_BYTES - size(batch("1", "€"));
    const fitting = ["1", `€${"x".repeat(spare - 1)}`];
    for (const [connectionId, ids] of [
      ["fits", fitting],
      ["too large", fitting.map((id) => `${id}x`)],
    ] as const)
      await Promise.all(ids.map((id) => push([modern(connectionId, event(id))])));
    // A comma is reckoned with behind the last too.
    expect(to("fits").map(size)).toEqual([MAX_FRAME_BYTES - 1]);
    expect(to("too large")).toHaveLength(2);
    const many = Array.from({ length: 10 }, (_, n) => `${n}${"x".repeat(7_000)}`);
    await Promise.all(many.map((id) => push([modern("many", event(id))])));
    expect(to("many").map((frame) => frame.type === "batch" && frame.events.length)).toEqual([4, 4, 2]);
    expect(to("many").flatMap((frame) => (frame.type === "batch" ? frame.events : []))).toEqual(
      many.map(event),
    );
  });

  it("that is gone, or fails, is so for each of its events, and counted by no batch", async () => {
    const { push, metrics } = scene((id) => (id === "gone" ? "gone" : id === "ill" ? "failed" : "delivered"));
    const all = (userId: string) => ["gone", "ill", "well"].map((id) => modern(id, event(userId)));
    const outcomes = await Promise.all([push(all("1")), push(all("2"))]);
    expect(outcomes).toEqual([
      ["gone", "failed", "delivered"],
      ["gone", "failed", "delivered"],
    ]);
    expect(metrics.counts).toEqual({ BatchesDelivered: 1, PushesBatched: 2 });
  });
});

describe("one after another", () => {
  const three = ["1", "2", "3"];

  it("nothing more goes to a connection that is gone", async () => {
    const { push, to } = scene(() => "gone");
    const outcomes = await Promise.all(three.map((id) => push([old("b", event(id))])));
    expect(outcomes).toEqual([["gone"], ["gone"], ["gone"]]);
    expect(to("b")).toEqual([event("1")]);
  });

  it("the rest goes all the same, at once, behind one that failed", async () => {
    const { push, to } = scene((_id, frame) =>
      frame.type === "user_typing" && frame.userId === "1" ? "failed" : "delivered",
    );
    const outcomes = await Promise.all(three.map((id) => push([old("b", event(id))])));
    expect(outcomes).toEqual([["failed"], ["delivered"], ["delivered"]]);
    expect(to("b")).toEqual(three.map(event));
  });
});
