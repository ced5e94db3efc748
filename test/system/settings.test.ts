import { describe, expect } from "vitest";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import { request } from "../support/person.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

const set = (who: Person, conversationId: string, body: unknown) =>
  request<{ conversation: Conversation }>(who.cloud, `/api/conversations/${conversationId}/settings`, {
    method: "PATCH",
    token: who.token,
    body,
  });
const idsOf = async (who: Person, query: string): Promise<readonly string[]> => {
  const { body } = await who.get<{ conversations: readonly Conversation[] }>(`/api/conversations?${query}`);
  return body.conversations.map(({ id }) => id);
};

describe("settings of one's own", () => {
  test("reach my devices; a message of the other's ends the archiving", async ({ cast }) => {
    const { alice, bob, conversationId } = await cast.pair();
    const [phone, fromBob] = await Promise.all([alice.connect(), bob.connect()]);
    await fromBob.ask("send_message", { conversationId, content: "hello" });
    const { status, body } = await set(alice, conversationId, { pinned: true, archived: true });
    expect([status, body.conversation]).toMatchObject([200, { pinned: true, archived: true }]);
    const told = await phone.next((frame) => frame.type === "settings_changed");
    expect(told).toEqual({ type: "settings_changed", conversation: body.conversation });
    expect(await idsOf(alice, "limit=100")).not.toContain(conversationId);
    expect(await idsOf(alice, "archived=true")).toEqual([conversationId]);
    await fromBob.ask("send_message", { conversationId, content: "are you there" });
    expect(await idsOf(alice, "limit=100")).toContain(conversationId);
    expect(await idsOf(alice, "archived=true")).toEqual([]);
  });
});
