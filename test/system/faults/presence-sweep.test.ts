import { expect, test } from "vitest";
import { slowness, unhurried } from "../../../local/test/support/pace.ts";
import type { Device } from "../../support/device.ts";
import type { Person } from "../../support/person.ts";
import { alternating, faultCloud, historyOf, presenceOf } from "./fault-cloud.ts";

const GRACE_SECONDS = unhurried(5, 20);
const SWEEP_MS = 60_000;
const LEASE_SECONDS = unhurried(8, 25);
/** What the sweep, the stream and the pushes may take. */
const MARGIN_MS = 30_000;

const cloud = faultCloud({ presenceGraceSeconds: GRACE_SECONDS, sweepMinutes: 1 });

async function watched() {
  const { alice, bob } = await cloud.cast.pair();
  const watcher = await alice.connect();
  return { alice, bob, watcher };
}

const isFor = (person: Person, type: "user_online" | "user_offline") => (frame: object) =>
  "type" in frame && frame.type === type && "userId" in frame && frame.userId === person.id;

/** A device with a short lease that goes, and nobody is told. */
async function leaveGhost(person: Person): Promise<{ leaseEnds: number }> {
  const short = await person.again({ expiresInSeconds: LEASE_SECONDS });
  const payload = Buffer.from(short.token.split(".")[1]!, "base64url").toString();
  const device = await short.connect();
  await device.vanish();
  return { leaseEnds: (JSON.parse(payload) as { exp: number }).exp * 1_000 };
}

test("a ghost is gone for readers with its lease, and for everybody with the next sweep", async () => {
  const { alice, bob, watcher } = await watched();
  await cloud.set({ loseDisconnect: 1 });
  const { leaseEnds } = await leaveGhost(bob);
  await watcher.next(isFor(bob, "user_online"));
  // No push, no connect: nothing but the clock ends it for a reader.
  await expect.poll(() => presenceOf(alice, bob)).toMatchObject({ online: false });
  expect(Date.now()).toBeGreaterThanOrEqual(leaseEnds);
  const offline = await watcher.next(isFor(bob, "user_offline"), SWEEP_MS + MARGIN_MS);
  expect(Date.now() - leaseEnds).toBeLessThan(SWEEP_MS + MARGIN_MS * slowness());
  expect(offline).toMatchObject({ version: 2, lastSeenAt: new Date(leaseEnds).toISOString() });
  expect(historyOf(watcher, bob)).toEqual(alternating(2));
  expect(await cloud.storedUser(bob)).toMatchObject({ state: "off", connections: {} });
});

test("who comes back while the sweep is at work is online, whichever is first", async () => {
  const { alice, bob: first, watcher } = await watched();
  const others = await cloud.cast.users("carl", "cora", "chen");
  for (const other of others) {
    await other.post("/api/conversations/find-or-create", { otherUserId: alice.id });
  }
  const ghosts = [first, ...others];
  await cloud.set({ loseDisconnect: 1 });
  await Promise.all(ghosts.map((ghost) => leaveGhost(ghost)));
  for (const ghost of ghosts) {
    await expect.poll(() => presenceOf(alice, ghost)).toMatchObject({ online: false });
  }
  // Slow calls widen the gap between the sweep's reading and its writing; deliveries come twice.
  await cloud.set({ seed: 5, database: { delayMs: 150 }, stream: { delayMs: 0, duplicateShare: 1 } });
  await untilJustBefore(SWEEP_MS);
  const devices: Device[] = [];
  for (const ghost of ghosts) devices.push(await ghost.connect());
  await cloud.clear();
  for (const [index, ghost] of ghosts.entries()) {
    const presence = await presenceOf(alice, ghost);
    expect(presence).toMatchObject({ online: true });
    // Either the sweep was first (off, on again) or the device was (on all along): never off at the end.
    expect([1, 3]).toContain(presence.version);
    await expect.poll(() => historyOf(watcher, ghost)).toEqual(alternating(presence.version));
    await devices[index]!.close();
  }
  for (const ghost of ghosts) {
    await expect
      .poll(() => historyOf(watcher, ghost).at(-1))
      .toMatchObject([expect.any(Number), "user_offline"]);
    expect([2, 4]).toContain(historyOf(watcher, ghost).length);
  }
});

test("late and double deliveries do not end a leave that was taken back", async () => {
  const { alice, bob, watcher } = await watched();
  await cloud.set({ seed: 9, stream: { delayMs: 400, duplicateShare: 1 } });
  let device = await bob.connect();
  await watcher.next(isFor(bob, "user_online"), 30_000);
  const handled = cloud.handled("$disconnect");
  for (let round = 0; round < 3; round += 1) {
    await device.vanish();
    device = await bob.connect();
  }
  await expect.poll(() => cloud.handled("$disconnect")).toBe(handled + 3);
  // So much later that the ends of the earlier leaves come within the grace of the last.
  await new Promise((resolve) => setTimeout(resolve, (GRACE_SECONDS * 1_000) / 2));
  const leftAt = Date.now();
  await device.close();
  const offline = await watcher.next(isFor(bob, "user_offline"), 30_000);
  expect(Date.now() - leftAt).toBeGreaterThanOrEqual(GRACE_SECONDS * 1_000 - 50);
  expect(offline).toMatchObject({ version: 2 });
  expect(historyOf(watcher, bob)).toEqual(alternating(2));
  expect(await presenceOf(alice, bob)).toMatchObject({ online: false, version: 2 });
});

/** The local schedule's times are whole multiples of its rate since 1970: there is no event to wait for. */
async function untilJustBefore(rateMs: number): Promise<void> {
  const left = rateMs - (Date.now() % rateMs) - 250;
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}
