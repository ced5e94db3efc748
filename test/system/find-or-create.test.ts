import { describe, expect } from "vitest";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import { conversationOf, unique } from "../support/cast.ts";
import { test } from "./chat-test.ts";

const PATH = "/api/conversations/find-or-create";

describe("find-or-create", () => {
  test("gives both sides the one conversation, 50 times at once", async ({ cast }) => {
    const [alice, bob] = await Promise.all([cast.user("alice"), cast.user("bob")]);
    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0 ? conversationOf(alice, bob) : conversationOf(bob, alice),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await conversationOf(bob, alice)).toBe(ids[0]);
    for (const person of [alice, bob]) {
      const { body } = await person.get<{ conversations: Conversation[] }>("/api/conversations");
      expect(body.conversations.map(({ id }) => id)).toEqual([ids[0]]);
    }
  });

  test("keeps pairs apart, also those whose ids join to the same text", async ({ cast }) => {
    const stem = unique("x");
    const [a, bb, ab, b] = await Promise.all(
      [`${stem}a`, `${stem}b#${stem}b`, `${stem}a#${stem}b`, `${stem}b`].map(async (id) => {
        const person = await cast.withId(id);
        await person.get("/api/conversations");
        return person;
      }),
    );
    const one = await conversationOf(a!, bb!);
    const two = await conversationOf(ab!, b!);
    expect(one).not.toBe(two);
    expect(await conversationOf(bb!, a!)).toBe(one);
    expect(await conversationOf(b!, ab!)).toBe(two);
  });

  test("tells nothing of the participants in the id", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    expect(conversationId).toMatch(/^[A-Za-z0-9._~-]+$/);
    for (const { id } of [alice, bob]) {
      const plain = Buffer.from(conversationId, "base64url").toString("latin1");
      expect(conversationId.includes(id) || plain.includes(id)).toBe(false);
    }
  });

  test("finds whoever has authenticated, by socket too, and nobody else", async ({ cast }) => {
    const alice = await cast.user("alice");
    const newcomer = await cast.stranger("newcomer");
    const refused = await alice.post(PATH, { otherUserId: newcomer.id });
    expect([refused.status, refused.body]).toMatchObject([404, { code: "NOT_FOUND" }]);
    await newcomer.connect();
    expect((await alice.post(PATH, { otherUserId: newcomer.id })).status).toBe(200);
  });

  test("refuses oneself and a missing id", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const body of [{ otherUserId: alice.id }, {}, { otherUserId: "" }, { otherUserId: null }]) {
      const { status, body: error } = await alice.post(PATH, body);
      expect([body, status, error]).toMatchObject([body, 400, { code: "INVALID_REQUEST" }]);
    }
    const { body } = await alice.get("/api/conversations");
    expect(body).toEqual({ conversations: [], nextCursor: null });
  });
});
