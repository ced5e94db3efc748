import { expect } from "vitest";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { until } from "../../local/test/support/pace.ts";
import type { Device } from "../support/device.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

/** More connections than are told before a send's answer: the worker tells the others. */
const MEMBERS = 26;
const DEVICES_EACH = 10;
/** Sent at once, in one round. */
const AT_ONCE = 10;
/** Most often the first has a batch: its jobs come to the queue while the worker is at the first of them. */
const MOST_ROUNDS = 8;

/** On a busy machine a push may be given up after three seconds: so great a share at most, which `sync` has. */
const LOST = 0.01;

type Ways = "header" | "subprotocol" | "not";

async function connect(who: Person, ways: Ways): Promise<Device> {
  if (ways === "subprotocol") {
    const device = await who.connect({ subprotocols: [who.token, "chat.v1+batch", "chat.v1"] });
    expect(device.subprotocol).toBe("chat.v1+batch");
    return device;
  }
  const features = ways === "header" ? { "X-Parley-Features": "Batch" } : {};
  const device = await who.connect({ headers: { authorization: `Bearer ${who.token}`, ...features } });
  expect(device.subprotocol).toBe("");
  return device;
}

const seqsIn = (frame: ServerFrame): readonly number[] =>
  (frame.type === "batch" ? frame.events : [frame]).flatMap((event) =>
    event.type === "new_message" && event.message.type === "text" ? [event.message.seq] : [],
  );
const seqsOf = (device: Device): readonly number[] => device.received.flatMap(seqsIn);
const missingOf = (device: Device, sent: readonly number[]): readonly number[] => {
  const known = new Set(seqsOf(device));
  return sent.filter((seq) => !known.has(seq));
};

test("messages sent at once to 260 connections come together to those that asked for it, one by one to the others", async ({
  cast,
}) => {
  const owner = await cast.user("owner");
  const members = await cast.users(...Array.from({ length: MEMBERS }, (_, n) => `member-${n}`));
  const { status, body } = await owner.post<{ conversation: Conversation }>("/api/conversations", {
    ...{ kind: "group", title: "Busy" },
    memberIds: members.map(({ id }) => id),
  });
  expect(status).toBe(201);
  const conversationId = body.conversation.id;
  const devices: { readonly device: Device; readonly ways: Ways }[] = [];
  for (const who of members) {
    const ways = Array.from(
      { length: DEVICES_EACH },
      (_, n) => (["header", "subprotocol", "not"] as const)[n % 3]!,
    );
    devices.push(
      ...(await Promise.all(ways.map(async (one) => ({ device: await connect(who, one), ways: one })))),
    );
  }
  await Promise.all(devices.map(({ device }) => device.ask("join_conversation", { conversationId })));
  const sender = await owner.connect();

  const sent: number[] = [];
  const batchesOf = ({ device }: { readonly device: Device }) => device.all("batch");
  for (let round = 0; round < MOST_ROUNDS && devices.flatMap(batchesOf).length === 0; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) =>
        sender.ask("send_message", { conversationId, content: `${round}.${n}` }),
      ),
    );
    sent.push(...answers.map(({ message }) => message.seq));
    const missing = (): number =>
      devices.reduce((sum, { device }) => sum + missingOf(device, sent).length, 0);
    await until(() => missing() <= LOST * sent.length * devices.length, "nearly all of the messages");
  }

  const all = sent.toSorted((one, other) => one - other);
  for (const { device, ways } of devices) {
    if (missingOf(device, all).length > 0) {
      const { messages } = await device.ask("sync", { conversationId, afterSeq: 1, limit: 100 });
      expect(messages.map(({ seq }) => seq)).toEqual(expect.arrayContaining(all));
    }
    expect(all).toEqual(expect.arrayContaining([...new Set(seqsOf(device))]));
    for (const frame of device.received) {
      const seqs = seqsIn(frame);
      expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
      if (frame.type !== "batch") continue;
      expect(ways).not.toBe("not");
      expect(frame.events.length).toBeGreaterThan(1);
      expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThanOrEqual(30 * 1024);
    }
  }
  const asked = devices.filter(({ ways }) => ways !== "not");
  expect(asked.flatMap(batchesOf).length).toBeGreaterThan(0);
});
