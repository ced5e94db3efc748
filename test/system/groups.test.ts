import { describe, expect } from "vitest";
import type { Conversation, Member, Message } from "../../lambdas/protocol/objects.ts";
import type { Device } from "../support/device.ts";
import { request } from "../support/person.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

interface Grouped {
  readonly conversation: Conversation;
}

const ask = <B = Grouped>(who: Person, method: string, path: string, body?: unknown) =>
  request<B>(who.cloud, `/api/conversations${path}`, { method, token: who.token, ...(body ? { body } : {}) });
const make = async (who: Person, members: readonly Person[], fields: object = {}): Promise<Conversation> => {
  const memberIds = members.map(({ id }) => id);
  const { status, body } = await ask(who, "POST", "", { kind: "group", title: "Crew", memberIds, ...fields });
  expect(status).toBe(201);
  return body.conversation;
};
const remove = (who: Person, id: string, { id: userId }: Person) =>
  ask(who, "DELETE", `/${id}/members?userId=${encodeURIComponent(userId)}`);
const rolesIn = async (who: Person, id: string): Promise<unknown> => {
  const { body } = await ask<{ members: readonly Member[] }>(who, "GET", `/${id}/members`);
  return body.members.map(({ id: userId, role }) => [userId, role]);
};
const historyOf = async (who: Person, id: string): Promise<readonly Message[]> => {
  const { body } = await who.get<{ messages: readonly Message[] }>(
    `/api/conversations/${id}/messages?markRead=false`,
  );
  return body.messages;
};
const nextMessage = (device: Device, seq: number) =>
  device.next((frame) => frame.type === "new_message" && frame.message.seq === seq);

describe("a group", () => {
  test("is told to all devices of whoever comes, and in one order to those who are there", async ({
    cast,
  }) => {
    const [ada, bob, cy] = await Promise.all([cast.user("ada"), cast.user("bob"), cast.user("cy")]);
    const [phone, desk, ofBob, ofBob2, ofCy] = await Promise.all([
      ada.connect(),
      ada.connect(),
      bob.connect(),
      bob.connect(),
      cy.connect(),
    ]);
    const { id } = await make(ada, [bob]);
    for (const device of [ofBob, ofBob2]) {
      const added = await device.next((frame) => frame.type === "conversation_added");
      expect(added).toMatchObject({
        conversation: { id, kind: "group", title: "Crew", memberCount: 2, myRole: "member", firstSeq: 1 },
      });
    }
    for (const device of [desk, ofBob]) {
      const joined = await device.ask("join_conversation", { conversationId: id });
      expect(joined).toMatchObject({ lastSeq: 1, memberCount: 2 });
    }
    const { message } = await phone.ask("send_message", { conversationId: id, content: "ahoy" });
    expect(message).toMatchObject({ seq: 2, type: "text", readAt: null });
    for (const device of [desk, ofBob]) expect(await nextMessage(device, 2)).toMatchObject({ message });
    const updated = await ofBob2.next(
      (frame) => frame.type === "conversation_updated" && frame.lastSeq === 2,
    );
    expect(updated).toMatchObject({ unreadCount: 1, lastMessage: { content: "ahoy" } });

    await ask(ada, "POST", `/${id}/members`, { userIds: [cy.id] });
    await ofCy.next((frame) => frame.type === "conversation_added" && frame.conversation.memberCount === 3);
    expect(await nextMessage(ofBob, 3)).toMatchObject({
      message: { type: "system", content: "", system: { event: "members_added", userIds: [cy.id] } },
    });
    const renamed = await ask(ada, "PATCH", `/${id}`, { title: "Crew of two" });
    expect(renamed.body.conversation.title).toBe("Crew of two");
    expect(await nextMessage(desk, 4)).toMatchObject({
      message: { system: { event: "details_changed", title: "Crew of two" } },
    });
    expect((await historyOf(cy, id)).map(({ seq, type }) => [seq, type])).toEqual([
      [1, "system"],
      [2, "text"],
      [3, "system"],
      [4, "system"],
    ]);
    const { body } = await cy.get<{ conversations: readonly Conversation[] }>("/api/conversations");
    expect(body.conversations).toMatchObject([{ id, unreadCount: 0, lastSeq: 4, otherParticipant: null }]);
  });

  test("shows nothing that came after to one who was removed, and is handed on by an owner who leaves", async ({
    cast,
  }) => {
    const [ada, bob, cy] = await Promise.all([cast.user("ada"), cast.user("bob"), cast.user("cy")]);
    const { id } = await make(ada, [bob, cy]);
    const [ofAda, ofBob, ofCy] = await Promise.all([ada.connect(), bob.connect(), cy.connect()]);
    for (const device of [ofAda, ofBob, ofCy]) await device.ask("join_conversation", { conversationId: id });
    expect((await remove(bob, id, cy)).status).toBe(403);
    const promoted = await ask<{ member: Member }>(ada, "PUT", `/${id}/members/role`, {
      userId: bob.id,
      role: "admin",
    });
    expect(promoted.body.member).toMatchObject({ id: bob.id, role: "admin" });
    expect((await remove(bob, id, cy)).status).toBe(204);
    await ofCy.next((frame) => frame.type === "conversation_removed" && frame.conversationId === id);
    await ofAda.ask("send_message", { conversationId: id, content: "between us" });
    await nextMessage(ofBob, 4);
    expect(await ofCy.refusal({ action: "sync", conversationId: id, afterSeq: 0 })).toMatchObject({
      code: "FORBIDDEN",
    });
    const refusal = await ofCy.refusal({ action: "send_message", conversationId: id, content: "me too" });
    expect(refusal).toMatchObject({ code: "FORBIDDEN" });
    expect((await ask(cy, "GET", `/${id}`)).status).toBe(403);
    expect((await remove(ada, id, ada)).status).toBe(204);
    expect(await rolesIn(bob, id)).toEqual([[bob.id, "owner"]]);
    // What was pushed to cy: nothing of what was stored after the removal.
    await ofCy.ping();
    expect(ofCy.all("new_message").filter(({ message }) => message.seq >= 4)).toEqual([]);
  });

  test("of which one sees what was said since one came, where it is made so", async ({ cast }) => {
    const [ada, bob] = await Promise.all([cast.user("ada"), cast.user("bob")]);
    const { id } = await make(ada, [], { history: "from_join" });
    const ofAda = await ada.connect();
    await ofAda.ask("send_message", { conversationId: id, content: "before" });
    await ask(ada, "POST", `/${id}/members`, { userIds: [bob.id] });
    await ofAda.ask("send_message", { conversationId: id, content: "after" });
    expect((await historyOf(bob, id)).map(({ seq, content }) => [seq, content])).toEqual([[4, "after"]]);
    const ofBob = await bob.connect();
    const { messages } = await ofBob.ask("sync", { conversationId: id, afterSeq: 0 });
    expect(messages.map(({ seq }) => seq)).toEqual([4]);
    const early = await ofBob.refusal({ action: "react", conversationId: id, seq: 2, emoji: "👍", on: true });
    expect(early).toMatchObject({ code: "NOT_FOUND" });
  });
});
