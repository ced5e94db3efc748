import { afterEach, describe, expect, test } from "vitest";
import type { Conversation, Message, Presence } from "../../lambdas/protocol/objects.ts";
import { Cast } from "../support/cast.ts";
import type { Device } from "../support/device.ts";
import { makeDataFolder, type DataFolder } from "../support/data-folder.ts";
import { Person } from "../support/person.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";

let folder: DataFolder | undefined;
const clouds: RunningCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.kill()));
  await folder?.remove();
});

async function start(): Promise<RunningCloud> {
  folder ??= await makeDataFolder();
  const cloud = await startParley({
    ephemeral: false,
    dataFolder: folder.path,
    context: { presenceGraceSeconds: 0 },
  });
  clouds.push(cloud);
  return cloud;
}

/** Sends without a pause until the socket breaks; collects what was acked, and what was not. */
async function sendUntilBroken(device: Device, conversationId: string, name: string) {
  const acked: Message[] = [];
  const gone = device.closed.then(() => null);
  for (let count = 0; ; count += 1) {
    const fields = { conversationId, content: `${name} ${count}`, clientMessageId: `${name}-${count}` };
    const request = device.ask("send_message", fields).catch(() => null);
    const answer = await Promise.race([request, gone]);
    if (!answer) return { acked, unacked: fields };
    acked.push(answer.message);
  }
}

describe("a cloud that is killed in the middle of a conversation", () => {
  test("has every acked message afterwards, once, and no ghost online", async () => {
    const first = await start();
    const { alice, bob, conversationId } = await new Cast(first).pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    const sending = [
      sendUntilBroken(a, conversationId, "alice"),
      sendUntilBroken(b, conversationId, "bob"),
    ] as const;
    const watcher = await bob.connect();
    await watcher.ask("join_conversation", { conversationId });
    await watcher.next((frame) => frame.type === "new_message" && frame.message.seq >= 30, 30_000);
    await first.kill();
    const [fromAlice, fromBob] = await Promise.all(sending);
    expect(fromAlice.acked.length + fromBob.acked.length).toBeGreaterThanOrEqual(20);

    const second = await start();
    // Tokens outlive the restart, as their issuer's key does.
    const [alice2, bob2] = [alice, bob].map(({ id, token }) => new Person(second, id, token)) as [
      Person,
      Person,
    ];
    const presenceOf = async (asker: Person, { id }: Person) =>
      (await asker.get<Presence>(`/api/users?userId=${encodeURIComponent(id)}`)).body;
    // Their sockets died with the cloud: neither stays online.
    for (const [asker, ghost] of [
      [alice2, bob2],
      [bob2, alice2],
    ] as const) {
      await expect
        .poll(() => presenceOf(asker, ghost))
        .toMatchObject({
          online: false,
          lastSeenAt: expect.any(String) as string,
        });
    }
    const a2 = await alice2.connect();
    expect(await presenceOf(bob2, alice2)).toMatchObject({ online: true });
    const b2 = await bob2.connect();
    expect(await a2.next("user_online")).toMatchObject({ userId: bob2.id });

    // What was on its way may be there or not: the repeat settles it.
    for (const [device, { unacked }] of [
      [a2, fromAlice],
      [b2, fromBob],
    ] as const) {
      const once = await device.ask("send_message", unacked);
      expect(await device.ask("send_message", unacked)).toMatchObject({
        duplicate: true,
        message: { id: once.message.id },
      });
    }
    const stored: Message[] = [];
    for (let hasMore = true; hasMore;) {
      const page = await b2.ask("sync", { conversationId, afterSeq: stored.at(-1)?.seq ?? 0, limit: 100 });
      stored.push(...page.messages);
      hasMore = page.hasMore;
    }
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
    const ids = stored.map(({ clientMessageId }) => clientMessageId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const message of [...fromAlice.acked, ...fromBob.acked]) {
      expect(stored[message.seq - 1]).toMatchObject({ id: message.id, content: message.content });
    }
    expect(ids).toContain(fromAlice.unacked.clientMessageId);
    expect(ids).toContain(fromBob.unacked.clientMessageId);
    const { body } = await alice2.get<{ conversations: Conversation[] }>("/api/conversations");
    expect(body.conversations).toMatchObject([{ id: conversationId, lastSeq: stored.length }]);
  });

  test("tells the peers of a ghost that it is gone", async () => {
    const first = await start();
    const { alice, bob } = await new Cast(first).pair();
    await bob.connect();
    await alice.connect();
    await first.kill();
    const second = await start();
    const [alice2, bob2] = [alice, bob].map(({ id, token }) => new Person(second, id, token)) as [
      Person,
      Person,
    ];
    const watcher = await alice2.connect();
    const device = await bob2.connect();
    // Bob is back, and his leaving is the last word about him, in spite of the socket that was lost.
    await device.close();
    await expect
      .poll(() => {
        const [last] = watcher.received
          .filter((frame) => frame.type === "user_online" || frame.type === "user_offline")
          .toSorted((x, y) => y.version - x.version);
        return last;
      })
      .toMatchObject({ type: "user_offline", userId: bob2.id });
    const { body } = await alice2.get<Presence>(`/api/users?userId=${encodeURIComponent(bob2.id)}`);
    expect(body).toMatchObject({ online: false });
  });
});
