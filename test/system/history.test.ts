import { describe, expect } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Cast } from "../support/cast.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

interface Page {
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  readonly nextBefore: string | null;
  readonly nextAfter?: string | null;
}

async function written(cast: Cast, count: number) {
  const pair = await cast.pair();
  const device = await pair.alice.connect();
  const messages: Message[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const frame = { conversationId: pair.conversationId, content: `message ${seq}` };
    messages.push((await device.ask("send_message", frame)).message);
  }
  return { ...pair, messages, path: `/api/conversations/${pair.conversationId}/messages` };
}

async function page(person: Person, path: string): Promise<Page> {
  const answer = await person.get<Page>(path);
  expect(answer.status).toBe(200);
  return answer.body;
}

const seqs = ({ messages }: Page): number[] => messages.map(({ seq }) => seq);
const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("GET …/messages", () => {
  test("of an empty conversation is an empty page", async ({ cast }) => {
    const { alice, path } = await written(cast, 0);
    expect(await page(alice, path)).toMatchObject({ messages: [], hasMore: false, nextBefore: null });
  });

  test("gives the newest 50, oldest first, and pages back to the first", async ({ cast }) => {
    const { bob, path, messages } = await written(cast, 120);
    const newest = await page(bob, path);
    expect(seqs(newest)).toEqual(range(71, 120));
    expect(newest).toMatchObject({ hasMore: true, nextBefore: messages[70]!.id });
    const middle = await page(bob, `${path}?before=${newest.nextBefore}`);
    expect(seqs(middle)).toEqual(range(21, 70));
    const oldest = await page(bob, `${path}?before=${middle.nextBefore}`);
    expect(seqs(oldest)).toEqual(range(1, 20));
    expect(oldest).toMatchObject({ hasMore: false, nextBefore: null });
    const contents = [oldest, middle, newest].flatMap((one) => one.messages.map(({ content }) => content));
    expect(contents).toEqual(messages.map(({ content }) => content));
  });

  test("ends exactly: a page that begins with the first message has no more", async ({ cast }) => {
    const { bob, path, messages } = await written(cast, 4);
    const newest = await page(bob, `${path}?limit=2`);
    expect(seqs(newest)).toEqual([3, 4]);
    const rest = await page(bob, `${path}?limit=2&before=${newest.nextBefore}`);
    expect(seqs(rest)).toEqual([1, 2]);
    expect(rest).toMatchObject({ hasMore: false, nextBefore: null });
    expect(await page(bob, `${path}?before=${messages[0]!.id}`)).toMatchObject({
      messages: [],
      hasMore: false,
      nextBefore: null,
    });
    expect(seqs(await page(bob, `${path}?limit=100`))).toEqual([1, 2, 3, 4]);
    expect(seqs(await page(bob, `${path}?limit=1`))).toEqual([4]);
  });

  test("pages forward with after", async ({ cast }) => {
    const { bob, path, messages } = await written(cast, 5);
    const first = await page(bob, `${path}?limit=2&after=${messages[0]!.id}`);
    expect(seqs(first)).toEqual([2, 3]);
    expect(first).toMatchObject({ hasMore: true, nextAfter: messages[2]!.id });
    const second = await page(bob, `${path}?limit=2&after=${first.nextAfter}`);
    expect(seqs(second)).toEqual([4, 5]);
    expect(second.hasMore).toBe(false);
    const end = await page(bob, `${path}?after=${messages[4]!.id}`);
    expect(end).toMatchObject({ messages: [], hasMore: false });
  });

  test("is the same for both participants, whole messages with their senders", async ({ cast }) => {
    const { alice, bob, path, conversationId } = await written(cast, 1);
    const device = await bob.connect();
    const { message } = await device.ask("send_message", { conversationId, content: "mine" });
    const own = await page(bob, path);
    expect(own.messages[1]).toEqual(message);
    // Alice's reading reaches bob's message by now.
    const others = await page(alice, path);
    expect(others.messages[0]).toEqual(own.messages[0]);
    expect({ ...others.messages[1], readAt: null }).toEqual(message);
  });

  test("refuses cursors that are malformed or of another conversation", async ({ cast }) => {
    const one = await written(cast, 2);
    const two = await written(cast, 2);
    const foreign = two.messages[0]!.id;
    const own = one.messages[1]!.id;
    const cursors = [
      foreign,
      "",
      "1",
      "%00",
      "x".repeat(500),
      `${own}x`,
      `${own}0000000000000000000000`,
      "__proto__",
    ];
    for (const name of ["before", "after"]) {
      for (const cursor of cursors) {
        const answer = await one.bob.get(`${one.path}?${name}=${cursor}`);
        expect([name, cursor, answer.status, answer.body]).toMatchObject([
          name,
          cursor,
          400,
          { code: "INVALID_REQUEST" },
        ]);
      }
    }
    // Whoever asks with a foreign cursor has read nothing by it.
    const device = await one.bob.connect();
    const joined = await device.ask("join_conversation", { conversationId: one.conversationId });
    expect(joined.readSeq).toBe(0);
  });
});
