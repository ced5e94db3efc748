import { beforeEach, describe, expect, it } from "vitest";
import { deployment, handlers, person, stored } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";
import { sqsEvent, streamEvent } from "../support/events.ts";
import { readStream } from "../support/read-stream.ts";

const GRACE_MS = 10_000;

/** Transitions the worker has been handed, by user. */
const handed = new Map<string, number>();

/** Hands the worker what the stream holds of this user's changes of state since the last time. */
async function feedTransitions(who: Person, count: number): Promise<void> {
  const before = handed.get(who.id) ?? 0;
  const records = await readStream(
    deployment.table,
    ({ dynamodb }) =>
      dynamodb?.Keys?.["pk"]?.S === `U#${who.id}` &&
      dynamodb.OldImage !== undefined &&
      dynamodb.OldImage["state"]?.S !== dynamodb.NewImage?.["state"]?.S,
    before + count,
  );
  expect(records).toHaveLength(before + count);
  handed.set(who.id, records.length);
  expect(await handlers.worker(streamEvent(records.slice(before)))).toEqual({ batchItemFailures: [] });
}

/** Runs what the worker has sent itself; tells the delays. */
async function runTasks(): Promise<readonly number[]> {
  const tasks = deployment.queue.take();
  const answer = await handlers.worker(sqsEvent(tasks.map(({ task }) => task)));
  expect(answer).toEqual({ batchItemFailures: [] });
  return tasks.map(({ delaySeconds }) => delaySeconds);
}

describe("presence", () => {
  let alice: Person;
  let bob: Person;
  let watching: Device;
  beforeEach(async () => {
    [alice, bob] = [person(), person()];
    watching = await bob.connect();
    const once = await alice.connect();
    await alice.conversationWith(bob);
    await once.disconnect();
    await feedTransitions(alice, 2);
    deployment.passTime(GRACE_MS);
    await runTasks();
    await feedTransitions(alice, 1);
    deployment.management.reset();
    deployment.queue.take();
  });

  it("is told to peers when the first connection arrives and the grace after the last is over", async () => {
    const before = (await stored(alice)).version;
    const [first, second] = [await alice.connect(), await alice.connect()];
    await feedTransitions(alice, 1);
    const online = {
      type: "user_online",
      userId: alice.id,
      version: before + 1,
      at: expect.any(String) as string,
    };
    expect(watching.received).toEqual([online]);

    await first.disconnect();
    expect((await stored(alice)).state).toBe("on");
    await second.disconnect();
    await feedTransitions(alice, 1);
    expect(watching.received).toHaveLength(1);
    deployment.passTime(GRACE_MS);
    expect(await runTasks()).toEqual([10]);
    await feedTransitions(alice, 1);
    const { lastSeenAt, version } = await stored(alice);
    expect(version).toBe(before + 2);
    expect(watching.received[1]).toEqual({
      type: "user_offline",
      userId: alice.id,
      at: expect.any(String) as string,
      lastSeenAt: new Date(lastSeenAt!).toISOString(),
      version,
    });
    // The same task delivered twice finds nothing to do.
    expect(watching.received).toHaveLength(2);
  });

  it("says nothing of somebody who is back within the grace", async () => {
    const device = await alice.connect();
    await feedTransitions(alice, 1);
    await device.disconnect();
    await feedTransitions(alice, 1);
    await alice.connect();
    await feedTransitions(alice, 1);
    deployment.passTime(GRACE_MS);
    await runTasks();
    expect(await stored(alice)).toMatchObject({ state: "on" });
    expect(watching.received.map(({ type }) => type)).toEqual(["user_online"]);
  });

  it("does not let the end of an earlier leave settle a later one", async () => {
    const device = await alice.connect();
    await device.disconnect();
    await feedTransitions(alice, 2);
    const [early] = deployment.queue.take();
    deployment.passTime(GRACE_MS / 2);
    await (await alice.connect()).disconnect();
    await handlers.worker(sqsEvent([early!.task]));
    expect(await stored(alice)).toMatchObject({ state: "leaving" });
  });

  it("reaches more peers than one chunk holds, each once", async () => {
    const peers = Array.from({ length: 130 }, () => person());
    // One after another: a function environment has one request at a time, not 130.
    for (const peer of peers) {
      await peer.connect();
      await alice.conversationWith(peer);
    }
    await alice.connect();
    await feedTransitions(alice, 1);
    const told = () => deployment.management.posted.filter(({ frame }) => frame.type === "user_online");
    expect(told()).toHaveLength(100);
    expect(await runTasks()).toEqual([0]);
    expect(new Set(told().map(({ connectionId }) => connectionId)).size).toBe(131);
    expect(told()).toHaveLength(131);
    expect(deployment.queue.take()).toEqual([]);
  });

  it("is put right by the sweep where $disconnect was lost", async () => {
    await alice.connect();
    await feedTransitions(alice, 1);
    deployment.passTime((2 * 60 + 5) * 60 * 1_000 + 1);
    const again = await bob.connect();
    // Readers do not wait for the sweep.
    const seen = await bob.http({ route: "GET /api/users", query: { userId: alice.id } });
    expect(seen.body).toMatchObject({ online: false });
    expect(await handlers.worker({ type: "sweep" })).toBeUndefined();
    expect(await runTasks()).toEqual(Array.from({ length: 16 }, () => 0));
    const swept = await stored(alice);
    expect(swept).toMatchObject({ state: "off", connections: [] });
    expect(await stored(bob)).toMatchObject({ state: "on", connections: [{ id: again.id }] });
    deployment.management.reset();
    await feedTransitions(alice, 1);
    expect(again.received).toMatchObject([
      { type: "user_offline", userId: alice.id, version: swept.version },
    ]);
  });

  it("is put right by the sweep where the end of the grace was lost", async () => {
    await (await alice.connect()).disconnect();
    deployment.queue.take();
    deployment.passTime(GRACE_MS);
    await handlers.worker({ type: "sweep" });
    await runTasks();
    expect(await stored(alice)).toMatchObject({ state: "off" });
  });
});

describe("connections", () => {
  it("are ten at most: one more closes the oldest, whose disconnect changes nothing", async () => {
    const alice = person();
    const devices: Device[] = [];
    for (let n = 0; n < 11; n += 1) {
      devices.push(await alice.connect());
      deployment.passTime(1);
    }
    expect(deployment.management.closed).toEqual([devices[0]!.id]);
    const left = (await stored(alice)).connections.map(({ id }) => id);
    expect(left.toSorted()).toEqual(
      devices
        .slice(1)
        .map(({ id }) => id)
        .toSorted(),
    );
    await devices[0]!.disconnect(1000);
    expect((await stored(alice)).connections).toHaveLength(10);
  });

  it("are all registered when ten arrive at once", async () => {
    const alice = person();
    await Promise.all(Array.from({ length: 10 }, () => alice.connect()));
    expect(await stored(alice)).toMatchObject({ state: "on", version: 1 });
    expect((await stored(alice)).connections).toHaveLength(10);
  });

  it("leave as often as the gateway says so", async () => {
    const device = await person().connect();
    await device.disconnect();
    await device.disconnect();
  });
});
