import { describe, expect } from "vitest";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import { conversationOf, type Cast } from "../support/cast.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

interface Page {
  readonly conversations: readonly Conversation[];
  readonly nextCursor: string | null;
}

async function list(person: Person, query = ""): Promise<Page> {
  const { status, body } = await person.get<Page>(`/api/conversations${query}`);
  expect(status).toBe(200);
  return body;
}

const ids = (page: Page): string[] => page.conversations.map(({ id }) => id);

async function say(person: Person, conversationId: string, content = "hello"): Promise<void> {
  const { status } = await person.post(`/api/conversations/${conversationId}/messages`, { content });
  expect(status).toBe(201);
}

/** One user with that many conversations, in the order they were made. */
async function popular(cast: Cast, count: number) {
  const alice = await cast.user("alice");
  const friends = await cast.users(...Array.from({ length: count }, (_, index) => `friend${index}`));
  const conversationIds: string[] = [];
  for (const friend of friends) conversationIds.push(await conversationOf(alice, friend));
  return { alice, friends, conversationIds };
}

describe("GET /api/conversations", () => {
  test("describes each conversation from the caller's side", async ({ cast }) => {
    const alice = await cast.user("alice", {
      displayName: "Alice L.",
      avatarUrl: "https://example.com/a.png",
    });
    const bob = await cast.user("bob");
    const conversationId = await conversationOf(bob, alice);
    const empty = (await list(bob)).conversations;
    expect((await list(alice)).conversations).toEqual([]);
    expect(empty).toMatchObject([
      {
        id: conversationId,
        otherParticipant: {
          id: alice.id,
          name: alice.id,
          displayName: "Alice L.",
          avatarUrl: "https://example.com/a.png",
          online: false,
          lastSeenAt: null,
        },
        lastMessage: null,
        lastMessageAt: null,
        unreadCount: 0,
        lastSeq: 0,
        readSeq: 0,
      },
    ]);
    const device = await alice.connect();
    const { message } = await device.ask("send_message", { conversationId, content: "hello" });
    expect((await list(bob)).conversations).toMatchObject([
      {
        id: conversationId,
        otherParticipant: { id: alice.id, online: true },
        lastMessage: { ...message, truncated: false },
        lastMessageAt: message.createdAt,
        unreadCount: 1,
        lastSeq: 1,
        readSeq: 0,
      },
    ]);
    expect((await list(alice)).conversations).toMatchObject([
      { otherParticipant: { id: bob.id }, unreadCount: 0, lastSeq: 1, readSeq: 1 },
    ]);
  });

  test("is empty for somebody without conversations", async ({ cast }) => {
    expect(await list(await cast.user("hermit"))).toEqual({ conversations: [], nextCursor: null });
  });

  test("orders exactly by the last message, whoever wrote it, and by creation where there is none", async ({
    cast,
  }) => {
    const { alice, friends, conversationIds } = await popular(cast, 6);
    const [c0, c1, c2, c3, c4, c5] = conversationIds as [string, string, string, string, string, string];
    expect(ids(await list(alice))).toEqual([c5, c4, c3, c2, c1, c0]);
    await say(alice, c1);
    expect(ids(await list(alice))).toEqual([c1, c5, c4, c3, c2, c0]);
    await say(friends[3]!, c3);
    await say(alice, c0);
    expect(ids(await list(alice))).toEqual([c0, c3, c1, c5, c4, c2]);
    await say(friends[1]!, c1);
    expect(ids(await list(alice))).toEqual([c1, c0, c3, c5, c4, c2]);
    const newcomer = await cast.user("newcomer");
    const c6 = await conversationOf(newcomer, alice);
    // Whoever asks for it has it at once, the other one with its first message.
    expect(ids(await list(newcomer))).toEqual([c6]);
    expect(ids(await list(alice))).toEqual([c1, c0, c3, c5, c4, c2]);
    await say(newcomer, c6);
    expect(ids(await list(alice))).toEqual([c6, c1, c0, c3, c5, c4, c2]);
  });

  test("pages through all of them once, in the same order", async ({ cast }) => {
    const { alice, friends, conversationIds } = await popular(cast, 23);
    for (const index of [4, 17, 9, 0, 4, 22]) await say(friends[index]!, conversationIds[index]!);
    const all = await list(alice, "?limit=100");
    expect(all.nextCursor).toBeNull();
    expect(new Set(ids(all))).toEqual(new Set(conversationIds));
    const standard = await list(alice);
    expect(ids(standard)).toEqual(ids(all).slice(0, 20));
    for (const limit of [1, 4, 20, 23]) {
      const found: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: Page = await list(
          alice,
          `?limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        );
        expect(page.conversations.length).toBeLessThanOrEqual(limit);
        expect(page.conversations.length).toBeGreaterThan(0);
        found.push(...ids(page));
        cursor = page.nextCursor;
      }
      expect(found).toEqual(ids(all));
    }
  });

  test("shows one that moves up while paging on the next first page, and no other twice", async ({
    cast,
  }) => {
    const { alice, friends, conversationIds } = await popular(cast, 6);
    const [c0, c1, c2, c3, c4, c5] = conversationIds as [string, string, string, string, string, string];
    const first = await list(alice, "?limit=2");
    expect(ids(first)).toEqual([c5, c4]);
    await say(friends[1]!, c1);
    const second = await list(alice, `?limit=2&cursor=${first.nextCursor}`);
    expect(ids(second)).toEqual([c3, c2]);
    const third = await list(alice, `?limit=2&cursor=${second.nextCursor}`);
    expect(ids(third)).toEqual([c0]);
    expect(third.nextCursor).toBeNull();
    expect(ids(await list(alice, "?limit=2"))).toEqual([c1, c5]);
  });

  test.for([
    ["shorter", "x".repeat(199), "x".repeat(199), false],
    ["exactly 200 code points", "😀".repeat(200), "😀".repeat(200), false],
    ["one more", `${"😀".repeat(200)}!`, "😀".repeat(200), true],
    ["the longest", "é".repeat(2_000), "é".repeat(200), true],
  ] as const)("cuts the preview to 200 code points: %s", async ([, content, cut, truncated], { cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const device = await bob.connect();
    await say(alice, conversationId, content);
    const [{ lastMessage }] = (await list(bob)).conversations as [Conversation];
    expect(lastMessage).toMatchObject({ content: cut, truncated, sender: { id: alice.id } });
    const event = await device.next("conversation_updated");
    expect(event.lastMessage).toMatchObject({ content: cut, truncated });
  });

  test("refuses cursors it did not give", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const cursor of ["x", "1", "__proto__", "%00", "e30", "a".repeat(2_000)]) {
      const { status, body } = await alice.get(`/api/conversations?cursor=${cursor}`);
      expect([cursor, status, body]).toMatchObject([cursor, 400, { code: "INVALID_REQUEST" }]);
    }
  });
});
