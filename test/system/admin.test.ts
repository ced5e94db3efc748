import { describe, expect } from "vitest";
import type { Message, Sent, User } from "../../lambdas/protocol/objects.ts";
import { unique } from "../support/cast.ts";
import type { Cast } from "../support/cast.ts";
import { request, tokenFor } from "../support/person.ts";
import type { Answer } from "../support/person.ts";
import { test } from "./chat-test.ts";

/** Calls an admin route with a token that has the scope, or another. */
async function asAdmin<T>(
  { cloud }: Cast,
  method: string,
  path: string,
  body?: unknown,
  scope = "openid parley/admin",
): Promise<Answer<T>> {
  const token = await tokenFor(cloud, { userId: unique("backoffice"), scope });
  return request<T>(cloud, `/api/admin/${path}`, { method, token, body });
}

describe("an admin", () => {
  test("writes for a participant and removes anything, and everybody sees it", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [hers, his] = await Promise.all([alice.connect(), bob.connect()]);
    await his.ask("join_conversation", { conversationId });
    const path = `conversations/${conversationId}/messages`;
    const body = { content: "moved from elsewhere", senderId: alice.id, clientMessageId: unique("m") };
    const sent = await asAdmin<Sent>(cast, "POST", path, body);
    expect(sent).toMatchObject({
      status: 201,
      body: { duplicate: false, message: { sender: { id: alice.id } } },
    });
    expect(await his.next("new_message")).toMatchObject({ message: sent.body.message });
    expect(await hers.next("conversation_updated")).toMatchObject({ lastSeq: 1, unreadCount: 0 });
    expect(await asAdmin(cast, "POST", path, body)).toMatchObject({ status: 200, body: { duplicate: true } });

    const removed = await asAdmin<{ message: Message }>(cast, "DELETE", `${path}/1`);
    expect(removed).toMatchObject({ status: 200, body: { message: { content: "", rev: 1 } } });
    expect(await his.next("message_changed")).toMatchObject({ message: removed.body.message });
    const caughtUp = await hers.ask("sync", { conversationId, afterSeq: 1, afterRev: 0 });
    expect(caughtUp.changed).toEqual([removed.body.message]);
  });

  test("makes somebody known who has never been here", async ({ cast }) => {
    const alice = await cast.user("alice");
    const userId = unique("carol");
    const { status, body } = await asAdmin<{ user: User }>(cast, "PUT", "users", {
      userId,
      displayName: "Carol",
    });
    expect([status, body.user.displayName]).toEqual([200, "Carol"]);
    const found = await alice.post("/api/conversations/find-or-create", { otherUserId: userId });
    expect(found.status).toBe(200);
  });

  test("is only who has the scope: the gateway says so before any function does", async ({ cast }) => {
    const { alice, conversationId } = await cast.pair();
    const routes = [
      ["PUT", "users"],
      ["POST", "users/sign-out"],
      ["GET", "users/export"],
      ["POST", "users/erase"],
      ["GET", "jobs/none"],
      ["POST", `conversations/${conversationId}/messages`],
      ["DELETE", `conversations/${conversationId}/messages/1`],
    ] as const;
    for (const [method, path] of routes) {
      const body = method === "GET" ? undefined : { userId: alice.id };
      for (const scope of ["", "openid", "parley", "parley/administrator"]) {
        const answer = await asAdmin(cast, method, path, body, scope);
        expect(answer).toMatchObject({ status: 403, body: { message: "Forbidden" } });
      }
      const without = await request(cast.cloud, `/api/admin/${path}`, { method, body });
      expect(without.status).toBe(401);
    }
    expect((await alice.get("/api/conversations")).status).toBe(200);
  });
});

describe("whoever is signed out", () => {
  test("loses every connection, and has to sign in again", async ({ cast }) => {
    const carol = await cast.stranger("carol");
    const devices = await Promise.all([carol.connect(), carol.connect()]);
    expect((await asAdmin(cast, "POST", "users/sign-out", { userId: carol.id })).status).toBe(204);
    for (const device of devices) expect(await device.closed).toMatchObject({ code: 1000 });
    const refused = await carol.get<{ code: string }>("/api/conversations");
    expect([refused.status, refused.body.code]).toEqual([401, "UNAUTHORIZED"]);

    const back = await carol.again();
    expect((await back.get("/api/conversations")).status).toBe(200);
    const device = await back.connect();
    await device.ping();
  });
});
