import { describe, expect } from "vitest";
import type { Presence } from "../../lambdas/protocol/objects.ts";
import { conversationOf } from "../support/cast.ts";
import type { Device } from "../support/device.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

const ISO_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function presenceOf(asker: Person, person: Person): Promise<Presence> {
  const { body } = await asker.get<Presence>(`/api/users?userId=${encodeURIComponent(person.id)}`);
  return body;
}

/** The next presence event about that person: it must be of the given type. */
async function nextOf<T extends "user_online" | "user_offline">(watcher: Device, type: T, person: Person) {
  const event = await watcher.next((frame) => "userId" in frame && frame.userId === person.id);
  expect(event.type).toBe(type);
  return event as Extract<typeof event, { type: T }>;
}

describe("presence without a grace", () => {
  test("is told once for the first device and once for the last", async ({ cast }) => {
    const { alice, bob } = await cast.pair();
    const watcher = await alice.connect();
    expect(await presenceOf(alice, bob)).toMatchObject({ online: false, lastSeenAt: null });

    const first = await bob.connect();
    const online = await nextOf(watcher, "user_online", bob);
    expect(online).toEqual({
      type: "user_online",
      userId: bob.id,
      at: expect.stringMatching(ISO_MS) as string,
      version: expect.any(Number) as number,
    });
    expect(await presenceOf(alice, bob)).toMatchObject({ online: true, version: online.version });

    const second = await bob.connect();
    const third = await bob.connect();
    await first.close();
    await third.vanish();
    expect(await presenceOf(alice, bob)).toMatchObject({ online: true });
    await second.close();
    // One event, with the next version: the devices in between have made none.
    const offline = await nextOf(watcher, "user_offline", bob);
    expect(offline).toEqual({
      type: "user_offline",
      userId: bob.id,
      at: expect.stringMatching(ISO_MS) as string,
      lastSeenAt: expect.stringMatching(ISO_MS) as string,
      version: online.version + 1,
    });
    expect(await presenceOf(alice, bob)).toMatchObject({
      online: false,
      lastSeenAt: offline.lastSeenAt,
      version: offline.version,
    });

    await bob.connect();
    expect((await nextOf(watcher, "user_online", bob)).version).toBe(offline.version + 1);
  });

  test("notices a device that vanishes without a word", async ({ cast }) => {
    const { alice, bob } = await cast.pair();
    const watcher = await alice.connect();
    const device = await bob.connect();
    await nextOf(watcher, "user_online", bob);
    await device.vanish();
    await nextOf(watcher, "user_offline", bob);
  });

  test("is told to every device of everybody who shares a conversation, and to nobody else", async ({
    cast,
  }) => {
    const bob = await cast.user("bob");
    const friends = await cast.users("anna", "bert", "cleo");
    for (const friend of friends) await conversationOf(bob, friend);
    const stranger = await cast.user("stranger");
    // The stranger knows a friend, but not bob.
    await conversationOf(stranger, friends[0]!);
    const watchers = await Promise.all([...friends, friends[0]!].map((friend) => friend.connect()));
    const outsider = await stranger.connect();
    const device = await bob.connect();
    for (const watcher of watchers) await nextOf(watcher, "user_online", bob);
    await device.close();
    for (const watcher of watchers) await nextOf(watcher, "user_offline", bob);
    await outsider.none((frame) => "userId" in frame && frame.userId === bob.id);
  });

  test("of a crowd of devices that come and go at once ends as it is", async ({ cast }) => {
    const { alice, bob } = await cast.pair();
    const watcher = await alice.connect();
    const devices = await Promise.all(Array.from({ length: 8 }, () => bob.connect()));
    await Promise.all(devices.map((device, index) => (index % 2 === 0 ? device.close() : device.vanish())));
    await watcher.next((frame) => frame.type === "user_offline" && frame.userId === bob.id);
    const last = await bob.connect();
    const isOf = (frame: { type: string; userId?: string }) =>
      frame.userId === bob.id && frame.type.startsWith("user_o");
    await watcher.next((frame) => isOf(frame) && frame.type === "user_online" && "version" in frame);
    const { online, version } = await presenceOf(alice, bob);
    expect(online).toBe(true);
    await last.close();
    const end = await watcher.next(
      (frame) => frame.type === "user_offline" && frame.userId === bob.id && frame.version > version,
    );
    expect(await presenceOf(alice, bob)).toMatchObject({ online: false, version: version + 1 });
    expect(end).toMatchObject({ version: version + 1 });
    // Types alternate with the version, whatever the order they came in.
    const events = watcher.received.filter(isOf) as { type: string; version: number }[];
    const byVersion = new Map(events.map((event) => [event.version, event.type]));
    expect([...byVersion.keys()].toSorted((x, y) => x - y)).toEqual(
      Array.from({ length: byVersion.size }, (_, index) => index + 1),
    );
    for (const [at, type] of byVersion) expect(type).toBe(at % 2 === 1 ? "user_online" : "user_offline");
  });
});
