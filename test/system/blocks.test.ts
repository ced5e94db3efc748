import { describe, expect } from "vitest";
import { request } from "../support/person.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

const block = (who: Person, method: "PUT" | "DELETE", { id }: Person) =>
  request<unknown>(who.cloud, `/api/blocks?userId=${encodeURIComponent(id)}`, { method, token: who.token });

describe("blocks", () => {
  test("stop both, and are taken back", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [fromAlice, fromBob] = await Promise.all([alice.connect(), bob.connect()]);
    const answer = await block(alice, "PUT", bob);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    for (const device of [fromAlice, fromBob]) {
      const refusal = await device.refusal({ action: "send_message", conversationId, content: "hello" });
      expect(refusal).toMatchObject({ code: "FORBIDDEN" });
    }
    expect((await alice.get("/api/blocks")).body).toMatchObject({ users: [{ id: bob.id }] });
    expect((await bob.get(`/api/users?userId=${alice.id}`)).body).toMatchObject({ online: null });
    expect((await block(alice, "DELETE", bob)).status).toBe(204);
    expect((await alice.get("/api/blocks")).body).toEqual({ users: [] });
  });
});
