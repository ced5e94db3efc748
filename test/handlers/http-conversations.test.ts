import { beforeEach, describe, expect, it } from "vitest";
import { coldStart, deployment, user } from "./entry-points.ts";
import type { Person } from "./person.ts";

const MESSAGES = "/api/conversations/{conversationId}/messages";
const FIND = "POST /api/conversations/find-or-create";

let alice: Person;
let bob: Person;
let conversationId: string;
beforeEach(async () => {
  [alice, bob] = await Promise.all([user({ name: "Alice" }), user({ name: "Bob" })]);
  conversationId = await alice.conversationWith(bob);
  deployment.management.reset();
});

const post = (who: Person, body: unknown, id = conversationId) =>
  who.http({ route: `POST ${MESSAGES}`, path: { conversationId: id }, body });
const error = (status: number, code: string) => ({
  status,
  headers: { "content-type": "application/json" },
  body: { code, message: expect.any(String) as string },
});

describe("POST find-or-create", () => {
  it("gives one conversation whoever asks, however many at once", async () => {
    const [carol, dave] = await Promise.all([user(), user()]);
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 ? carol.conversationWith(dave) : dave.conversationWith(carol),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    await coldStart();
    expect(await dave.conversationWith(carol)).toBe(ids[0]);
    for (const who of [carol, dave]) {
      const { body } = await who.http({ route: "GET /api/conversations" });
      expect(body).toMatchObject({ conversations: [{ id: ids[0], lastSeq: 0, lastMessage: null }] });
    }
  });

  it("puts it into the list of whoever asked for it, and into the other's with its first message", async () => {
    const [carol, dave] = await Promise.all([user(), user()]);
    const listOf = async (who: Person): Promise<string[]> => {
      const { body } = await who.http({ route: "GET /api/conversations" });
      return (body as { conversations: { id: string }[] }).conversations.map(({ id }) => id);
    };
    const id = await carol.conversationWith(dave);
    expect([await listOf(carol), await listOf(dave)]).toEqual([[id], []]);
    await post(carol, { content: "hello" }, id);
    expect([await listOf(carol), await listOf(dave)]).toEqual([[id], [id]]);
    const erin = await user();
    const other = await carol.conversationWith(erin);
    await coldStart();
    expect(await erin.conversationWith(carol)).toBe(other);
    expect(await listOf(erin)).toEqual([other]);
  });

  it("refuses oneself, a missing id and somebody who is not there", async () => {
    const ask = (body: unknown) => alice.http({ route: FIND, body });
    expect(await ask({ otherUserId: alice.id })).toEqual(error(400, "INVALID_REQUEST"));
    for (const body of [{}, { otherUserId: "" }, { otherUserId: 7 }, "no JSON", "[]", undefined]) {
      expect(await ask(body)).toEqual(error(400, "INVALID_REQUEST"));
    }
    expect(await ask({ otherUserId: "nobody" })).toEqual(error(404, "NOT_FOUND"));
    expect(await ask({ otherUserId: "x".repeat(256) })).toEqual(error(404, "NOT_FOUND"));
  });
});

describe("GET conversations", () => {
  it("lists them latest first, with everything a client shows, page by page", async () => {
    const peers = await Promise.all(Array.from({ length: 4 }, () => user()));
    const ids: string[] = [];
    for (const peer of peers) {
      const id = await bob.conversationWith(peer);
      ids.push(id);
      await post(peer, { content: "x".repeat(300) }, id);
      deployment.passTime(60_000);
    }
    await post(alice, { content: "latest" });
    const expected = [conversationId, ...ids.toReversed()];
    const listed: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: "2", ...(cursor === null ? {} : { cursor }) };
      const { body } = await bob.http({ route: "GET /api/conversations", query });
      const page = body as { conversations: { id: string }[]; nextCursor: string | null };
      listed.push(...page.conversations.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(listed).toEqual(expected);

    const { body } = await bob.http({ route: "GET /api/conversations", query: { limit: "2" } });
    expect(body).toMatchObject({
      conversations: [
        {
          id: conversationId,
          otherParticipant: { id: alice.id, displayName: "Alice", online: false },
          lastMessage: { content: "latest", truncated: false },
          unreadCount: 1,
          lastSeq: 1,
          readSeq: 0,
        },
        { lastMessage: { content: "x".repeat(200), truncated: true } },
      ],
    });
  });

  it("refuses a cursor that it did not give, and limits out of range", async () => {
    for (const query of [{ cursor: "hello" }, { limit: "0" }, { limit: "101" }, { limit: "-1" }]) {
      const answer = await alice.http({ route: "GET /api/conversations", query });
      expect(answer).toEqual(error(400, "INVALID_REQUEST"));
    }
  });
});

describe("GET users and GET presence", () => {
  it("show presence to those who share a conversation, and to nobody else", async () => {
    await bob.connect();
    const ask = (who: Person) => who.http({ route: "GET /api/users", query: { userId: bob.id } });
    expect(await ask(alice)).toMatchObject({ status: 200, body: { id: bob.id, online: true, version: 1 } });
    expect(await ask(await user())).toMatchObject({
      status: 200,
      body: { id: bob.id, displayName: "Bob", online: null, lastSeenAt: null, version: null },
    });
    const presence = await alice.http({ route: "GET /api/presence", query: `userIds=${bob.id},nobody` });
    expect(presence).toMatchObject({
      status: 200,
      body: { presence: [{ userId: bob.id, online: true, lastSeenAt: null, version: 1 }] },
    });
    const eve = await user();
    expect((await eve.http({ route: "GET /api/presence", query: `userIds=${bob.id}` })).body).toEqual({
      presence: [],
    });
  });

  it("take ids with commas, plus signs and percent signs", async () => {
    const odd = await user({ sub: `auth0|a,b+c%2C d ${alice.id}` });
    await alice.conversationWith(odd);
    const query = `userIds=${encodeURIComponent(odd.id)},${encodeURIComponent(bob.id)}`;
    const { body } = await alice.http({ route: "GET /api/presence", query });
    expect((body as { presence: { userId: string }[] }).presence.map(({ userId }) => userId)).toEqual([
      odd.id,
      bob.id,
    ]);
    const found = await alice.http({ route: "GET /api/users", query: { userId: odd.id } });
    expect(found).toMatchObject({ status: 200, body: { id: odd.id } });
  });

  it("refuse what names nobody", async () => {
    const users = (query: Record<string, string>) => alice.http({ route: "GET /api/users", query });
    expect(await users({})).toEqual(error(400, "INVALID_REQUEST"));
    expect(await users({ userId: "nobody" })).toEqual(error(404, "NOT_FOUND"));
    const many = Array.from({ length: 101 }, (_, n) => `u${n}`).join(",");
    for (const query of ["", "userIds=", "userIds=a,,b", "userIds=%ZZ", `userIds=${many}`]) {
      const answer = await alice.http({ route: "GET /api/presence", query });
      expect(answer, query).toEqual(error(400, "INVALID_REQUEST"));
    }
  });
});

it("a route that is not there is NOT_FOUND, also one named like a property", async () => {
  for (const route of ["GET /api/other", "valueOf", "$default"]) {
    expect(await alice.http({ route })).toEqual(error(404, "NOT_FOUND"));
  }
});
