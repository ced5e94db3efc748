import { expect, test } from "vitest";
import { FakeWorld, SECOND, pass, shown } from "./fake-world.ts";
import type { SentFrame } from "./fakes.ts";

/** What the server would not take is failed at once; what it refuses is failed with its reason. Nothing is lost. */

const world = new FakeWorld();
const isSend = ({ action }: SentFrame): boolean => action === "send_message";
const sends = (): readonly SentFrame[] => world.server.sockets.flatMap(({ sent }) => sent.filter(isSend));

test.each([
  ["empty", ""],
  ["white space", " \n\t\u3000"],
  ["invisible", "\u200b\u2060\u2800\ufe0f"],
  ["2,001 code points", "😀".repeat(2_001)],
  ["U+0000", "a\u0000b"],
  ["a lone surrogate", "a\ud83d"],
  ["no text", 5 as unknown as string],
])(
  "%s is failed at once and never sent, not by a retry either; what follows it goes out",
  async (_, content) => {
    const conversation = await world.opened(await world.connected());
    const message = conversation.send({ content });
    const failed = { content, state: "failed", error: { code: "INVALID_REQUEST", retryable: false } };
    expect(message).toMatchObject(failed);
    expect(message.error!.message).toMatch(/2000/);
    conversation.send({ content: "good" });
    conversation.retry(message.key);
    await pass(10 * SECOND);
    expect(sends()).toMatchObject([{ content: "good" }]);
    expect(conversation.messages.get().items).toMatchObject([{ content: "good", state: "sent" }, failed]);
    conversation.discard(message.key);
    await pass(SECOND);
    expect(shown(conversation)).toEqual([["good", "sent"]]);
  },
);

test("2,000 code points are sent, however many bytes they are", async () => {
  const conversation = await world.opened(await world.connected());
  conversation.send({ content: "😀".repeat(2_000) });
  await pass(SECOND);
  expect(conversation.messages.get().items).toMatchObject([{ state: "sent" }]);
});

test.each(["FORBIDDEN", "NOT_FOUND", "PAYLOAD_TOO_LARGE", "INVALID_REQUEST"])(
  "%s is final: failed with its reason, sent once, until one tries again or takes it back",
  async (code) => {
    const conversation = await world.opened(await world.connected());
    world.server.answers = ({ action, id, content }) =>
      action === "send_message" && String(content).startsWith("bad")
        ? { type: "error", id, code, message: "So it is." }
        : undefined;
    const [first, second] = ["bad 1", "bad 2"].map((content) => conversation.send({ content }));
    conversation.send({ content: "good" });
    await pass(30 * SECOND);
    expect(sends().map(({ content }) => content)).toEqual(["bad 1", "bad 2", "good"]);
    const failed = { state: "failed", error: { code, message: "So it is.", retryable: false } };
    expect(conversation.messages.get().items).toMatchObject([
      { content: "good", state: "sent" },
      { key: first!.key, ...failed },
      { key: second!.key, ...failed },
    ]);
    world.server.answers = () => undefined;
    conversation.discard(first!.key);
    conversation.retry(second!.key);
    await pass(SECOND);
    expect(shown(conversation)).toEqual([
      ["good", "sent"],
      ["bad 2", "sent"],
    ]);
    // The same message as before: should the refusal have been a lie, it stands once.
    expect(
      new Set(
        sends()
          .filter(({ content }) => content === "bad 2")
          .map((sent) => sent["clientMessageId"]),
      ).size,
    ).toBe(1);
  },
);

test("what was refused is there after a reload, with its reason", async () => {
  const kept = new Map<string, unknown>();
  const storage = {
    name: null,
    get: (key: string) => Promise.resolve(kept.get(key)),
    set: (key: string, value: unknown) => Promise.resolve(void kept.set(key, structuredClone(value))),
    delete: (key: string) => Promise.resolve(void kept.delete(key)),
    keys: () => Promise.resolve([...kept.keys()]),
    clear: () => Promise.resolve(kept.clear()),
  };
  world.server.answers = ({ action, id }) =>
    action === "send_message" ? { type: "error", id, code: "FORBIDDEN", message: "No." } : undefined;
  const client = await world.connected({ storage });
  const { key } = (await world.opened(client)).send({ content: "refused" });
  await pass(SECOND);
  await client.close();
  const again = await world.opened(await world.connected({ storage }));
  expect(again.messages.get().items).toMatchObject([
    { key, content: "refused", state: "failed", error: { code: "FORBIDDEN", message: "No." } },
  ]);
});
