import { describe, expect, test } from "vitest";
import { unhurried } from "../../../local/test/support/pace.ts";
import { Device } from "../../support/device.ts";
import type { Person } from "../../support/person.ts";
import { alternating, faultCloud, historyOf, presenceOf } from "./fault-cloud.ts";

/** A lease ends with its token: long enough to connect on a busy machine, short enough to wait for. */
const SHORT_SECONDS = unhurried(8, 25);

const cloud = faultCloud({ presenceGraceSeconds: 0 });

const POINTS = [1, 2].flatMap((call) => (["before", "after"] as const).map((when) => ({ call, when })));

/** What remains of a user without a socket. */
const GONE = { state: "off", connections: {} };

async function watched() {
  const { alice, bob, conversationId } = await cloud.cast.pair();
  const watcher = await alice.connect();
  const told = (type: "user_online" | "user_offline", version: number) =>
    watcher.next(
      (frame) => frame.type === type && frame.userId === bob.id && frame.version === version,
      30_000,
    );
  /** Bob's ghost ends with its lease for readers, and with the next push for everybody. */
  const outlive = async (): Promise<void> => {
    await expect.poll(() => presenceOf(alice, bob)).toMatchObject({ online: false });
    const path = `/api/conversations/${conversationId}/messages`;
    expect((await alice.post(path, { content: "anybody home?" })).status).toBe(201);
  };
  return { alice, bob, conversationId, watcher, told, outlive };
}

const attempt = (person: Person) =>
  Device.attempt(person.cloud.wsUrl, { headers: { authorization: `Bearer ${person.token}` } });

describe("a crash between two steps", () => {
  test.for(POINTS)("of connecting, $when its database call $call", async ({ call, when }) => {
    const { bob, watcher, told, outlive } = await watched();
    const short = await bob.again({ expiresInSeconds: SHORT_SECONDS });
    await cloud.set({ kill: { function: "websocket", when, call } });
    const outcome = await attempt(short);
    expect(outcome).toMatchObject({ type: "refused", status: expect.any(Number) as number });
    // The record is read, then written: only after the second call is there a ghost.
    const isStored = call === 2 && when === "after";
    if (isStored) {
      await told("user_online", 1);
      await outlive();
      await told("user_offline", 2);
    }
    const version = isStored ? 3 : 1;
    const device = await bob.connect();
    await told("user_online", version);
    await device.close();
    await told("user_offline", version + 1);
    expect(historyOf(watcher, bob)).toEqual(alternating(version + 1));
    expect(await cloud.storedUser(bob)).toMatchObject(GONE);
  });

  test.for(POINTS)("of disconnecting, $when its database call $call", async ({ call, when }) => {
    const { bob, watcher, told, outlive } = await watched();
    const short = await bob.again({ expiresInSeconds: SHORT_SECONDS });
    const device = await short.connect();
    await told("user_online", 1);
    const before = cloud.handled("$disconnect");
    await cloud.set({ kill: { function: "websocket", when, call } });
    await device.vanish();
    await expect.poll(() => cloud.handled("$disconnect")).toBe(before + 1);
    if (!(call === 2 && when === "after")) await outlive();
    await told("user_offline", 2);
    expect(historyOf(watcher, bob)).toEqual(alternating(2));
    expect(await cloud.storedUser(bob)).toMatchObject(GONE);
  });

  test.for(POINTS)("of the worker, $when its database call $call, twice", async ({ call, when }) => {
    const { bob, watcher, told } = await watched();
    await cloud.set({ kill: { function: "worker", when, call, times: 2 } });
    const device = await bob.connect();
    await told("user_online", 1);
    await device.close();
    await told("user_offline", 2);
    expect(historyOf(watcher, bob)).toEqual(alternating(2));
  });
});

describe("ten devices", () => {
  test("that come and go at once make one version a transition, however it is delivered", async () => {
    const { alice, bob, watcher, told } = await watched();
    await cloud.set({ seed: 3, stream: { delayMs: 150, duplicateShare: 1 } });
    const rounds = [1, 3];
    for (const version of rounds) {
      const devices = await Promise.all(Array.from({ length: 10 }, () => bob.connect()));
      await told("user_online", version);
      expect(await presenceOf(alice, bob)).toMatchObject({ online: true, version });
      await Promise.all(devices.map((device) => device.vanish()));
      await told("user_offline", version + 1);
      expect(await cloud.storedUser(bob)).toMatchObject(GONE);
    }
    // The second delivery of the last event, so that a third kind of it would have come, too.
    await told("user_offline", 4);
    expect(historyOf(watcher, bob)).toEqual(alternating(4));
  });

  test("whose $disconnect is lost lock nobody out, and are gone with the next ten", async () => {
    const { alice, bob, conversationId, told } = await watched();
    const ghosts = await Promise.all(Array.from({ length: 10 }, () => bob.connect()));
    await told("user_online", 1);
    const known = Object.keys((await cloud.storedUser(bob)).connections);
    expect(known).toHaveLength(10);
    await cloud.set({ loseDisconnect: 1 });
    await Promise.all(ghosts.map((ghost) => ghost.vanish()));
    const room = conversationId;
    const devices: Device[] = [];
    for (let count = 11; count <= 20; count += 1) {
      const device = await bob.connect();
      await device.ask("join_conversation", { conversationId: room });
      devices.push(device);
    }
    const left = Object.keys((await cloud.storedUser(bob)).connections);
    expect(left).toHaveLength(10);
    expect(left.filter((id) => known.includes(id))).toEqual([]);
    expect(devices.every(({ isOpen }) => isOpen)).toBe(true);
    await cloud.clear();
    await Promise.all(devices.map((device) => device.close()));
    await told("user_offline", 2);
    expect(await presenceOf(alice, bob)).toMatchObject({ online: false, version: 2 });
  });
});

test("a join that races $disconnect leaves nothing behind", async () => {
  const { bob, conversationId, watcher } = await watched();
  const room = conversationId;
  const handled = () => [cloud.handled("join_conversation"), cloud.handled("$disconnect")];
  const ends = { join: cloud.handled("join_conversation"), disconnect: cloud.handled("$disconnect") };
  await cloud.set({ database: { delayMs: 25 } });
  for (let count = 0; count < 8; count += 1) {
    const device = await bob.connect();
    device.send({ action: "join_conversation", conversationId: room });
    // The frame is on its way; the later ones leave the join ever more of a start.
    if (count > 3) await device.ping();
    await device.vanish();
  }
  await expect.poll(handled).toEqual([ends.join + 8, ends.disconnect + 8]);
  await expect.poll(() => cloud.storedUser(bob)).toMatchObject({ state: "off" });
  expect((await cloud.storedUser(bob)).connections).toEqual({});
  await cloud.clear();
  // Nor is the next device in the room: it hears of the message as of any other conversation's.
  const device = await bob.connect();
  await watcher.ask("send_message", { conversationId: room, content: "who is here?" });
  await device.noneBefore("new_message", "conversation_updated");
});
