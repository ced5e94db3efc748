import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unhurried } from "../../local/test/support/pace.ts";
import { Cast } from "../support/cast.ts";
import type { Presence } from "../../lambdas/protocol/objects.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";

const GRACE_SECONDS = unhurried(3, 15);

let cloud: RunningCloud;
let cast: Cast;
beforeAll(async () => {
  cloud = await startParley({ context: { presenceGraceSeconds: GRACE_SECONDS } });
  cast = new Cast(cloud);
});
afterAll(async () => {
  await cast?.leave();
  await cloud?.stop();
});

describe("presence with a grace", () => {
  test("tells nothing of a reconnect within it, and of a real leave after it", async () => {
    const { alice, bob } = await cast.pair();
    const presence = async () =>
      (await alice.get<Presence>(`/api/users?userId=${encodeURIComponent(bob.id)}`)).body;
    const watcher = await alice.connect();
    let device = await bob.connect();
    const online = await watcher.next("user_online");
    expect(online.userId).toBe(bob.id);

    for (let round = 0; round < 3; round += 1) {
      await device.vanish();
      device = await bob.connect();
    }
    expect(await presence()).toMatchObject({ online: true, version: online.version });

    const leftAt = Date.now();
    await device.close();
    expect(await presence()).toMatchObject({ online: true, version: online.version });
    const offline = await watcher.noneBefore("user_online", "user_offline");
    expect(Date.now() - leftAt).toBeGreaterThanOrEqual(GRACE_SECONDS * 1_000 - 50);
    // One transition since: the reconnects have made none.
    expect(offline).toMatchObject({ userId: bob.id, version: online.version + 1 });
    const lastSeenAt = Date.parse(offline.lastSeenAt!);
    expect(lastSeenAt).toBeGreaterThanOrEqual(leftAt);
    expect(lastSeenAt).toBeLessThanOrEqual(Date.now() - GRACE_SECONDS * 1_000 + 50);
    expect(await presence()).toMatchObject({
      online: false,
      lastSeenAt: offline.lastSeenAt,
      version: offline.version,
    });
    expect(watcher.all("user_offline")).toHaveLength(1);

    await bob.connect();
    expect((await watcher.next("user_online")).version).toBe(offline.version + 1);
  });

  test("begins anew with every leave", async () => {
    const { alice, bob } = await cast.pair();
    const watcher = await alice.connect();
    const first = await bob.connect();
    const { version } = await watcher.next("user_online");
    await first.close();
    // Back after a part of the grace, gone again: the first leave's end must not count for the second.
    await new Promise((resolve) => setTimeout(resolve, (GRACE_SECONDS * 1_000) / 3));
    const second = await bob.connect();
    const leftAt = Date.now();
    await second.close();
    const offline = await watcher.next("user_offline");
    expect(Date.now() - leftAt).toBeGreaterThanOrEqual(GRACE_SECONDS * 1_000 - 50);
    expect(offline.version).toBe(version + 1);
  });
});
