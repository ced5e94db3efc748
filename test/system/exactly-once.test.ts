import { describe, expect } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Device } from "../support/device.ts";
import { test } from "./chat-test.ts";

async function everything(device: Device, conversationId: string): Promise<Message[]> {
  const found: Message[] = [];
  for (;;) {
    const afterSeq = found.at(-1)?.seq ?? 0;
    const page = await device.ask("sync", { conversationId, afterSeq, limit: 100 });
    found.push(...page.messages);
    if (!page.hasMore) return found;
  }
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe("a repeat", () => {
  test.for([
    ["with afterSeq", { afterSeq: 0 }],
    ["without afterSeq", {}],
  ] as const)("%s gives the first answer again and ignores its content", async ([, claim], { cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    const frame = { conversationId, clientMessageId: "once", ...claim };
    const first = await device.ask("send_message", { ...frame, content: "first" });
    const again = await device.ask("send_message", { ...frame, content: "second" });
    expect(again).toEqual({ message: first.message, duplicate: true });
    expect(await everything(device, conversationId)).toEqual([first.message]);
  });

  test("is recognized far behind the tail with afterSeq, and over 100 messages without", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [a, b] = await Promise.all([alice.connect(), bob.connect()]);
    const old = { conversationId, content: "old", clientMessageId: "old", afterSeq: 0 };
    const first = await a.ask("send_message", old);
    for (let count = 0; count < 20; count += 1) await b.ask("send_message", { conversationId, content: "." });
    const young = { conversationId, content: "young", clientMessageId: "young" };
    const second = await a.ask("send_message", young);
    for (let count = 0; count < 99; count += 1) await b.ask("send_message", { conversationId, content: "." });

    // Bob's own messages have read both since.
    for (const [frame, { message }] of [
      [old, first],
      [young, second],
    ] as const) {
      const again = await a.ask("send_message", frame);
      expect(again).toEqual({
        message: { ...message, readAt: expect.any(String) as string },
        duplicate: true,
      });
    }
    expect((await everything(a, conversationId)).map(({ seq }) => seq)).toEqual(upTo(121));
  });

  test.for([
    ["with afterSeq", { afterSeq: 1 }],
    ["without afterSeq", {}],
  ] as const)("at the same moment, %s, from many places, stores one", async ([, claim], { cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const devices = await Promise.all([alice.connect(), alice.connect(), alice.connect(), bob.connect()]);
    const [one, two, three, other] = devices;
    await other.ask("send_message", { conversationId, content: "before" });
    const fields = { content: "together", clientMessageId: "together", ...claim };
    const path = `/api/conversations/${conversationId}/messages`;
    const overHttp = async () =>
      (await alice.post<{ message: Message; duplicate: boolean }>(path, fields)).body;
    const answers = await Promise.all([
      ...[one, two, three, one, two].map((device) =>
        device.ask("send_message", { conversationId, ...fields }),
      ),
      overHttp(),
      overHttp(),
      other.ask("send_message", { conversationId, content: "between" }),
      overHttp(),
    ]);
    const own = answers.filter(({ message }) => message.content === "together");
    expect(own).toHaveLength(8);
    expect(new Set(own.map(({ message }) => message.id)).size).toBe(1);
    expect(own.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    const stored = await everything(one, conversationId);
    expect(stored.map(({ content }) => content).toSorted()).toEqual(["before", "between", "together"]);
    expect(stored.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("is one only for the same sender, conversation and clientMessageId", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const { alice: carol, conversationId: elsewhere } = await cast.pair();
    const [a, b, c] = await Promise.all([alice.connect(), bob.connect(), carol.connect()]);
    const frame = { content: "same", clientMessageId: "same", afterSeq: 0 };
    const answers = [
      await a.ask("send_message", { ...frame, conversationId }),
      await b.ask("send_message", { ...frame, conversationId }),
      await c.ask("send_message", { ...frame, conversationId: elsewhere }),
      await a.ask("send_message", { conversationId, content: "same" }),
      await a.ask("send_message", { conversationId, content: "same" }),
      await a.ask("send_message", { conversationId, content: "same", afterSeq: 0 }),
    ];
    expect(answers.map(({ duplicate }) => duplicate)).toEqual(answers.map(() => false));
    expect(answers.map(({ message }) => message.seq)).toEqual([1, 2, 1, 3, 4, 5]);
  });
});

describe("afterSeq", () => {
  test("above the last message is INVALID_REQUEST and stores nothing", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    await device.ask("send_message", { conversationId, content: "one" });
    for (const afterSeq of [2, 1_000, Number.MAX_SAFE_INTEGER]) {
      const frame = { action: "send_message", conversationId, content: "torn", afterSeq };
      expect((await device.refusal(frame)).code).toBe("INVALID_REQUEST");
      const { status, body } = await alice.post(`/api/conversations/${conversationId}/messages`, frame);
      expect([status, body]).toMatchObject([400, { code: "INVALID_REQUEST" }]);
    }
    expect(await everything(device, conversationId)).toHaveLength(1);
    const { message } = await device.ask("send_message", { conversationId, content: "two", afterSeq: 1 });
    expect(message.seq).toBe(2);
  });

  test("more than 1,000 behind is CONFLICT and stores nothing", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const device = await alice.connect();
    for (let afterSeq = 0; afterSeq < 1_000; afterSeq += 1) {
      await device.ask("send_message", { conversationId, content: "x", afterSeq });
    }
    const other = await bob.connect();
    const send = { conversationId, content: "late", clientMessageId: "late", afterSeq: 0 };
    const { message } = await other.ask("send_message", send);
    expect(message.seq).toBe(1_001);
    // Known when first tried: the same claim is now 1,001 behind, and what the contract says then works.
    const refused = { action: "send_message", ...send, clientMessageId: "later" };
    expect((await other.refusal(refused)).code).toBe("CONFLICT");
    const overHttp = await bob.post(`/api/conversations/${conversationId}/messages`, refused);
    expect([overHttp.status, overHttp.body]).toMatchObject([409, { code: "CONFLICT" }]);
    const synced = await other.ask("sync", { conversationId, afterSeq: 1_000 });
    expect(synced.messages).toHaveLength(1);
    const after = await other.ask("send_message", { ...send, clientMessageId: "later", afterSeq: 1_001 });
    expect(after).toMatchObject({ duplicate: false, message: { seq: 1_002 } });
  });
});

describe("concurrent senders", () => {
  test("20 at once get dense seqs, the same for everybody", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const people = [...Array<typeof alice>(10).fill(alice), ...Array<typeof bob>(10).fill(bob)];
    const devices = await Promise.all(people.map((person) => person.connect()));
    const [watcher] = devices;
    await watcher!.ask("join_conversation", { conversationId });
    const acked = await Promise.all(
      devices.map(async (device, index) => {
        const own: Message[] = [];
        for (let count = 0; count < 3; count += 1) {
          const content = `${index}/${count}`;
          own.push((await device.ask("send_message", { conversationId, content })).message);
        }
        return own;
      }),
    );
    for (const own of acked) expect(own).toEqual(own.toSorted((x, y) => x.seq - y.seq));
    const all = acked.flat().toSorted((x, y) => x.seq - y.seq);
    expect(all.map(({ seq }) => seq)).toEqual(upTo(60));
    const stored = await everything(devices[19]!, conversationId);
    expect(stored.map(({ id, seq, content }) => [id, seq, content])).toEqual(
      all.map(({ id, seq, content }) => [id, seq, content]),
    );
    await watcher!.ping();
    const seen = new Map(watcher!.all("new_message").map(({ message }) => [message.seq, message.id]));
    expect(seen.size).toBe(57);
    for (const [seq, id] of seen) expect(all[seq - 1]!.id).toBe(id);
  });
});
