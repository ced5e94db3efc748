import { describe, expect } from "vitest";
import { conversationOf, unique } from "../support/cast.ts";
import { request } from "../support/person.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

const INSIDES = /\bat .+:\d+|node:|\.ts\b|\.js\b|TypeError|SyntaxError|undefined|DynamoDB|arn:/;

async function expectRefused(
  person: Person,
  [method, path, body]: readonly [string, string, unknown?],
  status = 400,
  code = "INVALID_REQUEST",
): Promise<void> {
  const answer = await (method === "GET" ? person.get(path) : person.post(path, body));
  const what = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`;
  expect([what, answer.status, answer.body]).toEqual([
    what,
    status,
    { code, message: expect.any(String) as string },
  ]);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.text).not.toMatch(INSIDES);
}

/** No JSON, or JSON that is no object. */
const BAD_BODIES = ["", "{", "hello", "[]", "[1]", "42", "null", "true", `"text"`, "\u0000", `{"a":}`];

describe("a request that is none", () => {
  test("a body that is no JSON object", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    for (const path of [
      `/api/conversations/${conversationId}/messages`,
      `/api/conversations/${conversationId}/read`,
      "/api/conversations/find-or-create",
    ]) {
      for (const body of BAD_BODIES) await expectRefused(alice, ["POST", path, body]);
      await expectRefused(alice, ["POST", path]);
      await expectRefused(alice, ["POST", path, `{"__proto__":{"content":"x","seq":1,"otherUserId":"x"}}`]);
    }
  });

  test("a body over 32 KB is 413, whatever it holds, and stores nothing", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const path = `/api/conversations/${conversationId}/messages`;
    const filler = "x".repeat(40 * 1024);
    for (const body of [{ content: "hello", filler }, `{"content":"hello"`.padEnd(40 * 1024, " ")]) {
      await expectRefused(alice, ["POST", path, body], 413, "PAYLOAD_TOO_LARGE");
    }
    // Bytes count, not characters.
    const wide = { content: "hello", filler: "😀".repeat(9 * 1024) };
    await expectRefused(alice, ["POST", path, wide], 413, "PAYLOAD_TOO_LARGE");
    const { status } = await alice.post(path, { content: "hello", filler: "x".repeat(31 * 1024) });
    expect(status).toBe(201);
    const device = await alice.connect();
    expect((await device.ask("sync", { conversationId, afterSeq: 0 })).lastSeq).toBe(1);
  });

  test("a limit that is none", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    for (const path of ["/api/conversations", `/api/conversations/${conversationId}/messages`]) {
      for (const limit of [
        "0",
        "-1",
        "101",
        "abc",
        "",
        "1.5",
        "1e1",
        "0x10",
        "%2010",
        "10,10",
        "9007199254740993",
      ]) {
        await expectRefused(alice, ["GET", `${path}?limit=${limit}`]);
      }
      await expectRefused(alice, ["GET", `${path}?limit=1&limit=2`]);
      expect((await alice.get(`${path}?limit=100&unknown=1`)).status).toBe(200);
      expect((await alice.get(`${path}?limit=1`)).status).toBe(200);
    }
  });

  test("a seq that is none", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const path = `/api/conversations/${conversationId}/read`;
    for (const seq of [undefined, null, -1, 0.5, 2 ** 53, "1", true, [1], {}]) {
      await expectRefused(alice, ["POST", path, { seq }]);
    }
  });

  test("a conversation with oneself, with nobody or with nothing", async ({ cast }) => {
    const alice = await cast.user("alice");
    const path = "/api/conversations/find-or-create";
    for (const otherUserId of [alice.id, "", undefined, null, 1, true, ["x"], { id: "x" }]) {
      await expectRefused(alice, ["POST", path, { otherUserId }]);
    }
    for (const otherUserId of [
      unique("nobody"),
      "__proto__",
      "constructor",
      "x".repeat(256),
      "x".repeat(5_000),
    ]) {
      await expectRefused(alice, ["POST", path, { otherUserId }], 404, "NOT_FOUND");
    }
    expect((await alice.get("/api/conversations")).body).toEqual({ conversations: [], nextCursor: null });
  });

  test("a cursor of another conversation reads and marks nothing", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const elsewhere = await conversationOf(alice, await cast.user("carol"));
    const ids = await Promise.all(
      [conversationId, elsewhere].map(async (id) => {
        const sent = await alice.post<{ message: { id: string } }>(`/api/conversations/${id}/messages`, {
          content: "hello",
        });
        return sent.body.message.id;
      }),
    );
    const path = `/api/conversations/${conversationId}/messages`;
    await expectRefused(bob, ["GET", `${path}?before=${ids[1]}`]);
    await expectRefused(bob, ["GET", `${path}?after=${ids[1]}`]);
    const device = await bob.connect();
    expect(await device.ask("join_conversation", { conversationId })).toMatchObject({ readSeq: 0 });
  });

  test("a route that is none", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/api"],
      ["GET", "/api/nothing"],
      ["GET", "/api/constructor"],
      ["DELETE", "/api/conversations"],
      ["PUT", "/api/conversations/x/read"],
      ["GET", "/api/conversations/x"],
    ] as const) {
      const { status, text } = await request(cast.cloud, path, { method, token: alice.token });
      expect([path, status]).toEqual([path, 404]);
      expect(text).not.toMatch(INSIDES);
    }
  });

  test("percent signs that encode nothing", async ({ cast }) => {
    const alice = await cast.user("alice");
    for (const path of ["/api/users?userId=%", "/api/users?userId=%ff", "/api/presence?userIds=%,%zz"]) {
      const { status, text } = await alice.get(path);
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(status, path).toBeLessThan(500);
      expect(text).not.toMatch(INSIDES);
    }
  });
});
