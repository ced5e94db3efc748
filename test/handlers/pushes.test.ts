import { beforeEach, describe, expect, it } from "vitest";
import type { UserRecord } from "../../lambdas/chat/model/records.ts";
import { deployment, person, stored } from "./entry-points.ts";
import type { Device, Person } from "./person.ts";

const MINUTE = 60_000;

const ids = (user: UserRecord): string[] => user.connections.map(({ id }) => id).toSorted();

describe("a push", () => {
  let alice: Person;
  let bob: Person;
  let sender: Device;
  let gone: Device;
  let alive: Device;
  let conversationId: string;
  beforeEach(async () => {
    [alice, bob] = [person(), person()];
    [sender, gone, alive] = [await alice.connect(), await bob.connect(), await bob.connect()];
    conversationId = await alice.conversationWith(bob);
    deployment.management.reset();
  });
  const send = () => sender.act("send_message", { conversationId, content: "x" });

  it("that finds a connection gone prunes it, and it alone", async () => {
    deployment.passTime(MINUTE);
    deployment.management.answer(gone.id, 410);
    const before = await stored(alice);
    expect(await send()).toMatchObject({ duplicate: false });
    expect(ids(await stored(bob))).toEqual([alive.id]);
    expect((await stored(bob)).state).toBe("on");
    expect(await stored(alice)).toEqual(before);
    expect(alive.received).toHaveLength(1);
    // A connection that is gone is asked once.
    expect(deployment.management.requests.filter((request) => request.includes(gone.id))).toHaveLength(1);
  });

  it("that finds the last one gone begins the leave", async () => {
    deployment.passTime(MINUTE);
    for (const device of [gone, alive]) deployment.management.answer(device.id, 410);
    await send();
    expect(await stored(bob)).toMatchObject({ state: "leaving", connections: [] });
  });

  it("does not take a connection of the last minute for dead: inside $connect every post answers 410", async () => {
    deployment.management.answer(gone.id, 410);
    await send();
    expect(ids(await stored(bob))).toEqual([gone.id, alive.id].toSorted());
    deployment.passTime(MINUTE);
    await send();
    expect(ids(await stored(bob))).toEqual([alive.id]);
  });

  it.each([
    [429, 3],
    [500, 3],
    [403, 1],
  ] as const)("answered by %d is tried %d times, fails nobody and prunes nobody", async (status, tries) => {
    deployment.passTime(MINUTE);
    deployment.management.answer(gone.id, status);
    expect(await send()).toMatchObject({ message: { seq: 1 } });
    expect(deployment.management.requests.filter((request) => request.includes(gone.id))).toHaveLength(tries);
    expect(ids(await stored(bob))).toEqual([gone.id, alive.id].toSorted());
    expect(alive.received).toHaveLength(1);
  });

  it("is not sent to a connection whose token has expired: it is closed instead", async () => {
    const expiring = await bob.connect({ expiresInSeconds: 60 });
    deployment.passTime(61_000);
    deployment.management.reset();
    await send();
    expect(expiring.received).toEqual([]);
    expect(deployment.management.closed).toEqual([expiring.id]);
    expect(ids(await stored(bob))).toEqual([gone.id, alive.id].toSorted());
  });
});
