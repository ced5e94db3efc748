import { WebSocket } from "ws";
import { expect, test } from "vitest";
import { slowness } from "../../../local/test/support/pace.ts";
import type { Device } from "../../support/device.ts";
import { request, type Person } from "../../support/person.ts";
import { faultCloud } from "./fault-cloud.ts";

/**
 * A push is given up after 3 s, its retries included, and pushes run side by side; the rest is for the
 * database, and for a busy machine as much more as it is slower.
 */
const ACK_WITHIN_MS = 10_000;

const cloud = faultCloud({ presenceGraceSeconds: 0 });

/** The device, and the id of its connection. */
async function connected(person: Person): Promise<{ device: Device; id: string }> {
  const ids = async () => {
    const { connections } = await cloud.storedUser(person);
    return Object.keys(connections);
  };
  const before = await ids();
  const device = await person.connect();
  const [id] = (await ids()).filter((one) => !before.includes(one));
  return { device, id: id! };
}

/** What the functions have logged since, a line an entry. */
const loggedAfter = (length: number): string => cloud.running.log().slice(length);

test.for([429, 500, 410] as const)(
  "pushes answered by %d delay neither the others nor the ack, and are no error",
  async (status) => {
    const { alice, bob, conversationId } = await cloud.cast.pair();
    const [sender, desktop] = [await alice.connect(), await alice.connect()];
    const struck = await connected(bob);
    const healthy = await connected(bob);
    for (const device of [struck.device, healthy.device, desktop]) {
      await device.ask("join_conversation", { conversationId });
    }
    const logged = cloud.running.log().length;
    await cloud.set({ push: [{ status, connectionId: struck.id }] });
    const sentAt = Date.now();
    const { message } = await sender.ask("send_message", { conversationId, content: "to all of you" });
    expect(Date.now() - sentAt).toBeLessThan(ACK_WITHIN_MS * slowness());
    for (const device of [healthy.device, desktop]) {
      expect((await device.next("new_message")).message.id).toBe(message.id);
    }
    expect(Date.now() - sentAt).toBeLessThan(ACK_WITHIN_MS * slowness());
    expect(struck.device.all("new_message")).toEqual([]);
    // A connection that young may still be connecting, where every post answers 410: it stays.
    expect(Object.keys((await cloud.storedUser(bob)).connections)).toContain(struck.id);
    if (status !== 410) {
      await expect.poll(() => loggedAfter(logged)).toMatch(/"level":"WARN","message":"push failed"/);
    }
    expect(loggedAfter(logged)).not.toContain('"level":"ERROR"');

    await cloud.clear();
    const { messages } = await struck.device.ask("sync", { conversationId, afterSeq: 0 });
    expect(messages).toMatchObject([{ id: message.id }]);
    const next = await sender.ask("send_message", { conversationId, content: "and once more" });
    expect((await struck.device.next("new_message")).message.id).toBe(next.message.id);
  },
);

test("a share of failing pushes loses events, never messages or acks", async () => {
  const { alice, bob, conversationId } = await cloud.cast.pair();
  const sender = await alice.connect();
  const devices = await Promise.all(Array.from({ length: 10 }, () => bob.connect()));
  for (const device of devices) await device.ask("join_conversation", { conversationId });
  await cloud.set({ seed: 7, push: [{ status: 500, share: 0.7 }] });
  const sent = [];
  for (let count = 1; count <= 5; count += 1) {
    const sentAt = Date.now();
    sent.push(await sender.ask("send_message", { conversationId, content: `message ${count}` }));
    expect(Date.now() - sentAt).toBeLessThan(ACK_WITHIN_MS * slowness());
  }
  // Ten times five pushes, each tried three times: some came through, some did not.
  const came = devices.flatMap((device) => device.all("new_message")).length;
  expect(came).toBeGreaterThan(0);
  expect(came).toBeLessThan(50);
  await cloud.clear();
  for (const device of devices) {
    const { messages, lastSeq } = await device.ask("sync", { conversationId, afterSeq: 0 });
    expect(messages.map(({ id }) => id)).toEqual(sent.map(({ message }) => message.id));
    expect(lastSeq).toBe(5);
  }
});

test("a 410 prunes that connection, of that user, and no other", async () => {
  const { alice, bob, conversationId } = await cloud.cast.pair();
  const sender = await alice.connect();
  const struck = await connected(bob);
  const healthy = await connected(bob);
  // Past the minute in which a connection may still be connecting.
  await cloud.set({
    push: [{ status: 410, connectionId: struck.id }],
    clockSkewMs: { websocket: 61_000 },
  });
  await sender.ask("send_message", { conversationId, content: "is anybody there" });
  await healthy.device.next("conversation_updated");
  expect(await cloud.storedUser(bob)).toMatchObject({ state: "on" });
  expect(Object.keys((await cloud.storedUser(bob)).connections)).toEqual([healthy.id]);
  expect(Object.keys((await cloud.storedUser(alice)).connections)).toHaveLength(1);
  await healthy.device.ping();
});

test("one that does not answer holds up no answer for longer than half a second, in a group neither", async () => {
  const [ada, bob, cy] = await cloud.cast.users("ada", "bob", "cy");
  const made = await ada!.post<{ conversation: { id: string } }>("/api/conversations", {
    ...{ kind: "group", title: "Rowing", memberIds: [bob!.id, cy!.id] },
  });
  const conversationId = made.body.conversation.id;
  const sender = await ada!.connect();
  const struck = await connected(bob!);
  const healthy = await cy!.connect();
  await cloud.set({ push: [{ delayMs: 600_000, connectionId: struck.id }] });
  const logged = cloud.running.log().length;
  const content = "is anybody there";
  const { message } = await sender.ask("send_message", { conversationId, content });
  expect((await healthy.next("conversation_updated")).lastSeq).toBe(message.seq);
  const path = `/api/conversations/${conversationId}/members?userId=${bob!.id}`;
  const removed = await request(cloud.running, path, { method: "DELETE", token: ada!.token });
  expect(removed.status).toBe(204);
  expect((await healthy.next("conversation_updated")).lastSeq).toBe(message.seq + 1);
  // Who answers gives up after half a second; only the worker tries for three, and says that it failed.
  expect(loggedAfter(logged)).not.toMatch(/(WebSocket|Http)Function \|.*push failed/);
});

test("a device that reads nothing delays nobody", async () => {
  const { alice, bob, conversationId } = await cloud.cast.pair();
  const [sender, healthy] = [await alice.connect(), await bob.connect()];
  await healthy.ask("join_conversation", { conversationId });
  const stuck = new WebSocket(bob.cloud.wsUrl, { headers: { authorization: `Bearer ${bob.token}` } });
  try {
    await new Promise((resolve, reject) => stuck.once("open", resolve).once("error", reject));
    stuck.pause();
    for (let seq = 1; seq <= 10; seq += 1) {
      const sentAt = Date.now();
      await sender.ask("send_message", { conversationId, content: "🦊".repeat(2_000) });
      expect((await healthy.next("new_message")).message.seq).toBe(seq);
      expect(Date.now() - sentAt).toBeLessThan(ACK_WITHIN_MS * slowness());
    }
  } finally {
    stuck.terminate();
  }
});
