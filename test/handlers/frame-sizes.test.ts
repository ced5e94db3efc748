import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { deployment, person } from "./entry-points.ts";

/** Nothing says that a route response may exceed the frame limit of 32 KB, so none of ours does. */
const MOST = 30 * 1024;

it("the largest a client can bring about fits the limit: content, ids and profiles of what takes most bytes", async () => {
  const [alice, bob] = ["a", "b"].map((letter) =>
    person({
      // Six bytes each once they are written in JSON.
      sub: `${randomUUID()}${"\u0001".repeat(218)}${letter}`,
      preferred_username: "😀".repeat(128),
      name: "😀".repeat(128),
      picture: `https://pictures.test/${"😀".repeat(2_048 - 22)}`,
    }),
  );
  const [from, to, away] = [await alice!.connect(), await bob!.connect(), await bob!.connect()];
  const conversationId = await alice!.conversationWith(bob!);
  await to.act("join_conversation", { conversationId });
  const frames: unknown[] = [];
  const keep = async (action: string, fields: object): Promise<void> => {
    const id = "\u0001".repeat(64);
    const answer = await from.send({ action, id, conversationId, ...fields });
    expect(answer).toMatchObject({ type: "ack" });
    frames.push(answer);
  };
  await keep("join_conversation", {});
  for (let seq = 0; seq < 4; seq += 1) {
    const clientMessageId = `${"\u0001".repeat(127)}${seq}`;
    await keep("send_message", { content: "\u0001".repeat(1_999) + "x", clientMessageId, afterSeq: seq });
  }
  await keep("sync", { afterSeq: 0, limit: 100 });
  await keep("mark_read", { seq: 4 });
  frames.push(...to.received, ...away.received);
  const sizes = frames.map((frame) => Buffer.byteLength(JSON.stringify(frame)));
  expect(new Set(frames.map((frame) => (frame as { type: string }).type))).toEqual(
    new Set(["ack", "new_message", "conversation_updated"]),
  );
  expect(Math.max(...sizes)).toBeGreaterThan(20 * 1024);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST);
  expect(deployment.management.posted.length).toBeGreaterThan(0);
});

const EMOJIS = [..."😀😃😄😁😆😅🤣😂🙂🙃😉😊😇🥰😍🤩😘😗😚😙"];

it("so does a message with everything that can be put to it, of which names, then pictures are left out", async () => {
  const [alice, bob] = ["a", "b"].map((letter) =>
    person({
      sub: `${randomUUID()}${"\u0001".repeat(218)}${letter}`,
      name: "😀".repeat(128),
      picture: `https://pictures.test/${"😀".repeat(2_048 - 22)}`,
    }),
  );
  const [from, to, away] = [await alice!.connect(), await bob!.connect(), await bob!.connect()];
  const conversationId = await alice!.conversationWith(bob!);
  await to.act("join_conversation", { conversationId });
  const everything = {
    conversationId,
    content: "\u0001".repeat(1_999) + "x",
    mentions: [alice!.id, bob!.id],
    metadata: { a: "é".repeat(508) },
  };
  await to.act("send_message", everything);
  for (const emoji of EMOJIS) await from.act("react", { conversationId, seq: 1, emoji, on: true });
  await from.act("send_message", { ...everything, replyToSeq: 1 });
  for (const emoji of EMOJIS) {
    await from.act("react", { conversationId, seq: 2, emoji, on: true });
    await to.act("react", { conversationId, seq: 2, emoji, on: true });
  }
  const ack = await from.send({ action: "sync", id: "1", conversationId, afterSeq: 1 });
  expect(ack).toMatchObject({
    data: {
      messages: [
        {
          content: everything.content,
          mentions: everything.mentions,
          metadata: everything.metadata,
          sender: { id: alice!.id },
          replyTo: { preview: { content: "\u0001".repeat(200), sender: { id: bob!.id, avatarUrl: null } } },
          reactions: EMOJIS.map((emoji) => ({ emoji, count: 2 })),
        },
      ],
    },
  });
  const frames = [ack, ...to.received, ...away.received];
  const sizes = frames.map((frame) => Buffer.byteLength(JSON.stringify(frame)));
  expect(Math.max(...sizes)).toBeGreaterThan(25 * 1024);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST);
});
