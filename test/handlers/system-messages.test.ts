import { beforeEach, describe, expect, it } from "vitest";
import type { ConversationPage, HistoryPage } from "../../lambdas/protocol/http-answers.ts";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { SYSTEM_USER } from "../../lambdas/protocol/system-user.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { readStream } from "../support/read-stream.ts";
import { authorizerEvent, streamEvent } from "../support/events.ts";
import { groupIn, groupsOf } from "../support/groups.ts";
import { coldStart, deployment, handlers, person, user } from "./entry-points.ts";
import type { HttpAnswer, Person } from "./person.ts";

const SEND = "POST /api/admin/conversations/{conversationId}/messages";

let admin: Person;
let alice: Person;
let bob: Person;
let direct: string;
let group: string;
beforeEach(async () => {
  admin = person({ scope: "parley/admin" });
  [alice, bob] = await Promise.all([user({ name: "Alice" }), user({ name: "Bob" })]);
  direct = await alice.conversationWith(bob);
  group = groupIn(await groupsOf(alice).make({ memberIds: [bob.id] })).id;
  deployment.management.reset();
});

const error = (status: number, code: string) => ({
  status,
  body: { code, message: expect.any(String) as string },
});
const say = (conversationId: string, body: object = {}) =>
  admin.http({
    route: SEND,
    path: { conversationId },
    body: { content: "Back at nine.", clientMessageId: "m", ...body },
  });
const messageIn = ({ body }: HttpAnswer): Message => (body as { message: Message }).message;
const listed = async (who: Person) =>
  ((await who.http({ route: "GET /api/conversations" })).body as ConversationPage).conversations;
const historyOf = async (who: Person, conversationId: string) =>
  (
    (
      await who.http({
        route: "GET /api/conversations/{conversationId}/messages",
        path: { conversationId },
        query: { markRead: "false" },
      })
    ).body as HistoryPage
  ).messages;
const one = (who: Person, method: string, conversationId: string, seq: number, rest = "", body?: unknown) =>
  who.http({
    route: `${method} /api/conversations/{conversationId}/messages/{seq}${rest}`,
    path: { conversationId, seq: String(seq) },
    ...(body === undefined ? {} : { body }),
    ...(rest === "/reactions" ? { query: { emoji: "👍" } } : {}),
  });

describe.each([
  ["a conversation of two", () => direct, 0],
  ["a group", () => group, 1],
])("the system's own message in %s", (_name, id, before) => {
  it("is a text of one fixed sender, told to everybody, unread by everybody, and moves the list", async () => {
    const [hers, his] = [await alice.connect(), await bob.connect()];
    await his.act("join_conversation", { conversationId: id() });
    const said = await say(id(), { metadata: { kind: "notice" } });
    expect(said).toMatchObject({
      status: 201,
      body: {
        duplicate: false,
        message: {
          seq: before + 1,
          type: "text",
          sender: SYSTEM_USER,
          content: "Back at nine.",
          clientMessageId: "m",
          metadata: { kind: "notice" },
          system: null,
        },
      },
    });
    expect(his.received.at(-1)).toEqual({ type: "new_message", message: messageIn(said) });
    expect(hers.received.at(-1)).toMatchObject({
      type: "conversation_updated",
      unreadCount: 1,
      lastMessage: { sender: SYSTEM_USER },
    });
    for (const who of [alice, bob]) {
      expect((await listed(who))[0]).toMatchObject({
        id: id(),
        unreadCount: 1,
        lastMessage: { sender: SYSTEM_USER },
      });
      expect((await historyOf(who, id())).at(-1)).toEqual(messageIn(said));
    }
  });

  it("is stored once by its clientMessageId, however many send it at once", async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => say(id())));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 201]);
    expect(await say(id(), { content: "other" })).toMatchObject({
      status: 200,
      body: { duplicate: true, message: { seq: before + 1, content: "Back at nine." } },
    });
    const log = await createMessageStore(deployment.table).listAfter(id(), 0, 10, "strong");
    expect(log).toHaveLength(before + 1);
  });

  it("is read, answered and reacted to as any, edited by nobody, and removed by admins", async () => {
    const { seq } = messageIn(await say(id()));
    const read = await alice.http({
      route: "POST /api/conversations/{conversationId}/read",
      path: { conversationId: id() },
      body: { seq },
    });
    expect(read).toMatchObject({ status: 200, body: { readSeq: seq, unreadCount: 0 } });
    expect((await listed(bob)).find((found) => found.id === id())).toMatchObject({ unreadCount: 1 });
    expect(await one(bob, "PUT", id(), seq, "/reactions")).toMatchObject({
      status: 200,
      body: { message: { sender: SYSTEM_USER, reactions: [{ emoji: "👍", count: 1 }] } },
    });
    const answered = await bob.http({
      route: "POST /api/conversations/{conversationId}/messages",
      path: { conversationId: id() },
      body: { content: "thanks", replyToSeq: seq },
    });
    expect(messageIn(answered).replyTo).toMatchObject({ seq, preview: { sender: SYSTEM_USER } });
    expect(await one(bob, "PATCH", id(), seq, "", { content: "x" })).toMatchObject(error(403, "FORBIDDEN"));
    expect(await one(bob, "DELETE", id(), seq)).toMatchObject(error(403, "FORBIDDEN"));
    const removed = await admin.http({
      route: "DELETE /api/admin/conversations/{conversationId}/messages/{seq}",
      path: { conversationId: id(), seq: String(seq) },
    });
    expect(removed).toMatchObject({
      status: 200,
      body: { message: { seq, content: "", sender: SYSTEM_USER, deletedAt: expect.any(String) as string } },
    });
  });

  it("is shown by the worker where whoever stored it has died", async () => {
    const messages = createMessageStore(deployment.table);
    const { seq } = messageIn(await say(id()));
    const stored = (await messages.get(id(), seq))!;
    await messages.put({ ...stored, seq: seq + 1, clientMessageId: "n", attemptId: "of one who died" });
    await coldStart();
    const records = await readStream(
      deployment.table,
      ({ dynamodb }) =>
        dynamodb?.Keys?.["pk"]?.S === `C#${id()}` && dynamodb.NewImage?.["clientMessageId"]?.S === "n",
      1,
    );
    await handlers.worker(streamEvent(records));
    const head = await createHeadStore(deployment.table).get(id(), "strong");
    expect(head).toMatchObject({ lastSeq: seq + 1, lastMessage: { senderId: SYSTEM_USER.id } });
    expect((await listed(bob)).find((found) => found.id === id())).toMatchObject({ unreadCount: 2 });
  });
});

it("reaches two of whom one has blocked the other, and takes their conversation out of both archives", async () => {
  await alice.http({ route: "PUT /api/blocks", query: { userId: bob.id } });
  for (const who of [alice, bob]) {
    await who.http({
      route: "PATCH /api/conversations/{conversationId}/settings",
      path: { conversationId: direct },
      body: { archived: true },
    });
    expect((await listed(who)).map(({ id }) => id)).toEqual([group]);
  }
  expect(await say(direct)).toMatchObject({ status: 201 });
  for (const who of [alice, bob])
    expect((await listed(who))[0]).toMatchObject({ id: direct, archived: false });
});

it("is refused where there is no conversation, or a group that has ended", async () => {
  expect(await say("A".repeat(22))).toMatchObject(error(404, "NOT_FOUND"));
  await groupsOf(bob).remove(group, bob.id);
  await groupsOf(alice).remove(group, alice.id);
  await coldStart();
  expect(await say(group)).toMatchObject(error(404, "NOT_FOUND"));
});

describe("the system's id", () => {
  const claims = { sub: SYSTEM_USER.id };

  it("is in no token that counts", async () => {
    const impostor = person(claims);
    expect(await impostor.http({ route: "GET /api/conversations" })).toMatchObject(
      error(401, "UNAUTHORIZED"),
    );
    const headers = { Authorization: `Bearer ${impostor.token()}` };
    await expect(handlers.authorizer(authorizerEvent({ headers }))).rejects.toThrow(/^Unauthorized$/);
    const asAdmin = person({ ...claims, scope: "parley/admin" });
    const introduce = { route: "PUT /api/admin/users", body: { userId: "somebody" } };
    expect(await asAdmin.http(introduce)).toMatchObject(error(401, "UNAUTHORIZED"));
    expect(await createUserStore(deployment.table).get(SYSTEM_USER.id, "strong")).toBeNull();
  });

  it("is nobody's who could be made known, met, blocked, found, added, or signed out", async () => {
    const userId = SYSTEM_USER.id;
    const refused = [
      await admin.http({ route: "PUT /api/admin/users", body: { userId } }),
      await admin.http({ route: "POST /api/admin/users/sign-out", body: { userId } }),
      await alice.http({ route: "POST /api/conversations/find-or-create", body: { otherUserId: userId } }),
      await alice.http({ route: "PUT /api/blocks", query: { userId } }),
      await alice.http({ route: "GET /api/users", query: { userId } }),
      await groupsOf(alice).add(group, [userId]),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 404, 404, 404, 404, 404]);
    await say(group);
    expect(await alice.http({ route: "GET /api/presence", query: { userIds: userId } })).toMatchObject({
      status: 200,
      body: { presence: [] },
    });
    const { body } = await groupsOf(alice).members(group);
    expect((body as { members: { id: string }[] }).members.map(({ id }) => id)).toEqual([alice.id, bob.id]);
  });
});
