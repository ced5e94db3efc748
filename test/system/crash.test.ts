import { afterEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { createChatClient, memoryStorage } from "../../client/index.ts";
import type { ChatClient, ChatStorage, ConversationHandle } from "../../client/index.ts";
import type { Conversation, Presence } from "../../lambdas/protocol/objects.ts";
import { eventually } from "../../local/test/support/pace.ts";
import { Cast } from "../support/cast.ts";
import { makeDataFolder, type DataFolder } from "../support/data-folder.ts";
import { Person } from "../support/person.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";

let folder: DataFolder | undefined;
const clouds: RunningCloud[] = [];
const clients: ChatClient[] = [];
/** Messages that each of two writes. */
const EACH = 40;
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
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

/** The client that users have, of somebody whose token outlives a restart as their issuer's key does. */
function clientOf({ cloud, token }: Person, storage: ChatStorage): ChatClient {
  const { httpUrl, wsUrl } = cloud;
  const client = createChatClient({ httpUrl, wsUrl, storage, getToken: () => token, WebSocket });
  clients.push(client);
  // What cannot be reached any more is nobody's wait.
  client.connect().catch(() => undefined);
  return client;
}

describe("a cloud that is killed in the middle of a conversation", () => {
  test("has every acked message afterwards, once, and no ghost online", async () => {
    const first = await start();
    const { alice, bob, conversationId } = await new Cast(first).pair();
    const storages = [memoryStorage(), memoryStorage()] as const;
    const before = [alice, bob].map((person, index) => {
      const conversation = clientOf(person, storages[index]!).conversation(conversationId);
      conversation.open();
      for (let count = 0; count < EACH; count += 1) conversation.send({ content: `${person.id} ${count}` });
      return conversation;
    });
    const acked = ({ messages }: ConversationHandle) =>
      messages.get().items.filter(({ state }) => state === "sent");
    await eventually(() => before.every((one) => acked(one).length >= EACH / 2) || undefined, "acks", 60_000);
    await first.kill();
    const kept = before.map(acked);
    expect(kept.every(({ length }) => length < 2 * EACH)).toBe(true);
    await Promise.all(clients.splice(0).map((client) => client.close()));

    const second = await start();
    const again = [alice, bob].map(({ id, token }) => new Person(second, id, token)) as [Person, Person];
    const [alice2, bob2] = again;
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

    // What was on its way may be there or not: the outboxes settle it.
    const after = again.map((person, index) =>
      clientOf(person, storages[index]!).conversation(conversationId),
    );
    for (const conversation of after) conversation.open();
    const items = (one: ConversationHandle) => one.messages.get().items;
    const isDone = (one: ConversationHandle) =>
      items(one).length === 2 * EACH && items(one).every(({ state }) => state === "sent");
    await eventually(() => after.every(isDone) || undefined, "everything on both sides", 60_000);
    expect(await presenceOf(bob2, alice2)).toMatchObject({ online: true });
    const ids = after.map((one) => items(one).map(({ seq, id }) => [seq, id]));
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]!.map(([seq]) => seq)).toEqual(Array.from({ length: 2 * EACH }, (_, index) => index + 1));
    for (const { id } of again) {
      const own = items(after[0]!).filter(({ sender }) => sender.id === id);
      expect(own.map(({ content }) => content)).toEqual(
        Array.from({ length: EACH }, (_, count) => `${id} ${count}`),
      );
    }
    for (const { seq, id, content } of kept.flat()) {
      expect(items(after[0]!)[seq - 1]).toMatchObject({ id, content });
    }
    const { body } = await alice2.get<{ conversations: Conversation[] }>("/api/conversations");
    expect(body.conversations).toMatchObject([{ id: conversationId, lastSeq: 2 * EACH }]);
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
