import { describe, expect } from "vitest";
import type { Conversation, Message, Presence, User } from "../../lambdas/protocol/objects.ts";
import { conversationOf, unique } from "../support/cast.ts";
import { test } from "./chat-test.ts";

type PresenceAnswer = { readonly presence: readonly ({ userId: string } & Presence)[] };

const userPath = (id: string): string => `/api/users?userId=${encodeURIComponent(id)}`;
const presencePath = (ids: readonly string[]): string =>
  `/api/presence?userIds=${ids.map(encodeURIComponent).join(",")}`;

const NO_PRESENCE = { online: null, lastSeenAt: null, version: null };

describe("GET /api/users", () => {
  test("gives a profile to anybody, presence only to people with a common conversation", async ({ cast }) => {
    const { alice, bob } = await cast.pair();
    const carol = await cast.user("carol");
    const named = await bob.again({ displayName: "Bob D.", avatarUrl: "https://example.com/b.png" });
    const device = await named.connect();
    const profile = {
      id: bob.id,
      name: bob.id,
      displayName: "Bob D.",
      avatarUrl: "https://example.com/b.png",
    };
    const stranger = await carol.get<User & Presence>(userPath(bob.id));
    expect(stranger.status).toBe(200);
    expect(stranger.body).toEqual({ ...profile, ...NO_PRESENCE });
    const friend = await alice.get<User & Presence>(userPath(bob.id));
    expect(friend.body).toMatchObject({ ...profile, online: true, version: expect.any(Number) as number });
    await device.close();
  });

  test("answers 404 to an id nobody has", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const id of [unique("nobody"), "constructor", "__proto__.x", "%", "a/b", "x".repeat(255)]) {
      const { status, body } = await alice.get(userPath(id));
      expect([id, status, body]).toMatchObject([id, 404, { code: "NOT_FOUND" }]);
    }
  });

  test("answers 400 without an id", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const path of ["/api/users", "/api/users?userId=", "/api/users?userid=x"]) {
      const { status, body } = await alice.get(path);
      expect([path, status, body]).toMatchObject([path, 400, { code: "INVALID_REQUEST" }]);
    }
  });
});

describe("GET /api/presence", () => {
  test("tells of people one shares a conversation with and leaves out all others", async ({ cast }) => {
    const { alice, bob } = await cast.pair();
    const [carol, dave] = await Promise.all([cast.user("carol"), cast.user("dave")]);
    await conversationOf(alice, dave);
    const device = await bob.connect();
    await carol.connect();
    const ids = [bob.id, carol.id, dave.id, unique("nobody")];
    const { status, body } = await alice.get<PresenceAnswer>(presencePath(ids));
    expect(status).toBe(200);
    expect(body.presence.toSorted((x, y) => (x.userId < y.userId ? -1 : 1))).toEqual([
      { userId: bob.id, online: true, lastSeenAt: null, version: expect.any(Number) as number },
      { userId: dave.id, online: false, lastSeenAt: null, version: expect.any(Number) as number },
    ]);
    expect((await carol.get<PresenceAnswer>(presencePath(ids))).body.presence).not.toContainEqual(
      expect.objectContaining({ userId: bob.id }),
    );
    await device.close();
  });

  test("takes up to 100 ids, and needs one", async ({ cast }) => {
    const { alice, bob } = await cast.pair();
    const others = (count: number) => Array.from({ length: count }, (_, index) => `nobody-${index}`);
    const full = await alice.get<PresenceAnswer>(presencePath([...others(99), bob.id]));
    expect([full.status, full.body.presence.map(({ userId }) => userId)]).toEqual([200, [bob.id]]);
    for (const path of [presencePath(others(101)), "/api/presence", "/api/presence?userIds="]) {
      const { status, body } = await alice.get(path);
      expect([status, body]).toMatchObject([400, { code: "INVALID_REQUEST" }]);
    }
  });
});

describe("any user id", () => {
  test.for([
    ["a comma", "a,b"],
    ["number sign", "U#x#y"],
    ["per cent", "100%"],
    ["an escape", "a%2Cb"],
    ["a plus", "a+b"],
    ["spaces", " in the middle "],
    ["a bar", "auth0|x"],
    ["slashes", "../../etc"],
    ["an ampersand", "a&userId=b"],
    ["quotes", `"'\\`],
    ["emoji", "👩‍👩‍👧 🇦🇹"],
    ["a combining accent", "e\u0301"],
    ["a prototype's key", "__proto__"],
    ["255 characters", "x".repeat(246)],
  ] as const)("works everywhere: %s", async ([, text], { cast }) => {
    const alice = await cast.user("alice");
    const odd = await cast.withId(unique(text));
    if (text.length === 246) expect(odd.id).toHaveLength(255);
    const device = await odd.connect();
    const conversationId = await conversationOf(alice, odd);
    expect(await conversationOf(odd, alice)).toBe(conversationId);
    const user = await alice.get<User & Presence>(userPath(odd.id));
    expect(user.body).toMatchObject({ id: odd.id, name: odd.id, displayName: odd.id, online: true });
    const presence = await alice.get<PresenceAnswer>(presencePath(["x", odd.id, "a,b"]));
    expect(presence.body.presence).toMatchObject([{ userId: odd.id, online: true }]);

    const { message } = await device.ask("send_message", { conversationId, content: "hello" });
    expect(message.sender.id).toBe(odd.id);
    const list = await alice.get<{ conversations: Conversation[] }>("/api/conversations");
    expect(list.body.conversations).toMatchObject([{ otherParticipant: { id: odd.id }, unreadCount: 1 }]);
    const history = await alice.get<{ messages: Message[] }>(`/api/conversations/${conversationId}/messages`);
    expect(history.body.messages).toMatchObject([
      { sender: { id: odd.id }, readAt: expect.any(String) as string },
    ]);
    expect(await device.next("messages_read")).toMatchObject({ userId: alice.id, readSeq: 1 });
  });
});
