import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { ADMIN_ROUTES } from "../../lambdas/protocol/routes.ts";
import { createChangeStore } from "../../lambdas/store/changes.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { authorizerEvent, connectEvent, httpEvent, newId, sqsEvent } from "../support/events.ts";
import { AUDIENCE, ISSUER } from "../support/deployment.ts";
import { coldStart, deployment, handlers, person, stored, user } from "./entry-points.ts";
import type { HttpAnswer, Person } from "./person.ts";

const SCOPE = "parley/admin";
const USERS = "PUT /api/admin/users";
const SIGN_OUT = "POST /api/admin/users/sign-out";
const SEND = "POST /api/admin/conversations/{conversationId}/messages";
const REMOVE = "DELETE /api/admin/conversations/{conversationId}/messages/{seq}";
const NO_CONVERSATION = "A".repeat(22);

let admin: Person;
let alice: Person;
let bob: Person;
let conversationId: string;
beforeEach(async () => {
  admin = person({ scope: SCOPE });
  [alice, bob] = await Promise.all([user({ name: "Alice" }), user({ name: "Bob" })]);
  conversationId = await alice.conversationWith(bob);
  deployment.management.reset();
});

const error = (status: number, code: string) => ({
  status,
  body: { code, message: expect.any(String) as string },
});
const lookUp = (id: string) => createUserStore(deployment.table).get(id, "strong");
const logOf = (id = conversationId) => createMessageStore(deployment.table).listAfter(id, 0, 100, "strong");

const put = (body: unknown, who = admin) => who.http({ route: USERS, body });
const signOut = (userId: unknown, who = admin) => who.http({ route: SIGN_OUT, body: { userId } });
const remove = (seq: number | string, id = conversationId, who = admin) =>
  who.http({ route: REMOVE, path: { conversationId: id, seq: String(seq) } });
const send = (body: object, id = conversationId, who = admin) =>
  who.http({
    route: SEND,
    path: { conversationId: id },
    body: { content: "hello", senderId: alice.id, clientMessageId: "m", ...body },
  });
const messageIn = ({ body }: HttpAnswer): Message => (body as { message: Message }).message;

it("each function knows its own routes only", async () => {
  const answers = [
    await handlers.http(httpEvent({ route: USERS, claims: { sub: newId(), scope: SCOPE }, body: {} })),
    await handlers.admin(
      httpEvent({ route: "GET /api/conversations", claims: { sub: newId(), scope: SCOPE } }),
    ),
  ];
  expect(answers).toMatchObject([{ statusCode: 404 }, { statusCode: 404 }]);
});

describe("who may call admin routes", () => {
  const now = Math.floor(Date.now() / 1_000);
  const times = { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 600 };
  /** As the gateway hands claims on. */
  const texts = (claims: object) =>
    Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [
        name,
        Array.isArray(value) ? `[${value.join(" ")}]` : String(value),
      ]),
    );
  const callWith = (
    claims: { sub: string } & Record<string, unknown>,
    token = deployment.issuer.sign({ ...times, ...claims }),
  ) =>
    handlers.admin(
      httpEvent({ route: USERS, token, claims: texts(claims), body: { userId: "made-by-nobody" } }),
    );

  it.each([
    ["none", {}],
    ["another", { scope: "parley/administrator" }],
    ["a part of it", { scope: "parley admin" }],
    ["one that holds it", { scope: "x-parley/admin,parley/admin" }],
    ["an empty one", { scope: "" }],
    ["it in scp", { scp: SCOPE }],
    ["it in scp, as a list", { scp: [SCOPE] }],
    ["it in a list", { scope: ["openid", SCOPE, "profile"] }],
    ["it as a permission", { permissions: [SCOPE] }],
    ["it as a group", { "cognito:groups": [SCOPE], groups: SCOPE }],
    ["it as a role", { role: SCOPE, roles: [SCOPE] }],
    ["it in a claim of somebody's own", { "custom:scope": SCOPE, scopes: SCOPE, Scope: SCOPE }],
  ])("not whose token has %s", async (_name, claims) => {
    const sub = newId();
    // The token as it is, and one that the function cannot read: then it has the gateway's texts alone.
    for (const token of [undefined, "hidden"]) {
      const answer = await callWith({ sub, ...claims }, token);
      expect(answer).toMatchObject({ statusCode: 403 });
      expect(JSON.parse(answer.body!)).toMatchObject({ code: "FORBIDDEN" });
    }
    expect(await lookUp("made-by-nobody")).toBeNull();
    expect(await lookUp(sub)).toBeNull();
  });

  it("not whose token says otherwise than what the gateway has verified", async () => {
    const sub = newId();
    const forged = deployment.issuer.sign({ ...times, sub, scope: SCOPE });
    const claims = { sub, scope: "openid" };
    const route = { route: USERS, body: { userId: "made-by-nobody" } };
    expect(await handlers.admin(httpEvent({ ...route, token: forged, claims }))).toMatchObject({
      statusCode: 403,
    });
    const honest = deployment.issuer.sign({ ...times, ...claims });
    expect(
      await handlers.admin(httpEvent({ ...route, token: honest, claims: { sub, scope: SCOPE } })),
    ).toMatchObject({ statusCode: 403 });
    expect(await lookUp("made-by-nobody")).toBeNull();
  });

  it.each(ADMIN_ROUTES)("nobody without the scope, whatever they ask: %s", async (route) => {
    const path = { conversationId, seq: "1" };
    expect(await alice.http({ route, path, body: "no JSON" })).toMatchObject(error(403, "FORBIDDEN"));
    // Any text may be the id of a job that there is not.
    const wrong =
      route === "GET /api/admin/jobs/{jobId}" ? error(404, "NOT_FOUND") : error(400, "INVALID_REQUEST");
    expect(
      await admin.http({ route, path: { conversationId, seq: "x", jobId: "x" }, body: "no JSON" }),
    ).toMatchObject(wrong);
  });

  it("a person with it among others, and a machine, of whom none comes to exist", async () => {
    const many = await callWith({ sub: newId(), scope: `openid ${SCOPE} profile` });
    expect(many).toMatchObject({ statusCode: 200 });
    const machine = { sub: newId(), scope: SCOPE, client_id: "" };
    machine.client_id = machine.sub;
    expect(await callWith(machine)).toMatchObject({ statusCode: 200 });
    await put({ userId: newId() });
    expect(await lookUp(machine.sub)).toBeNull();
    expect(await lookUp(admin.id)).toBeNull();
  });

  it.each(["client_id", "azp", "cid"])(
    "a machine opens nothing else: its %s is its subject",
    async (name) => {
      const sub = newId();
      const claims = { ...times, sub, [name]: sub, scope: SCOPE, name: "Robot" };
      const token = deployment.issuer.sign(claims);
      const answer = await handlers.http(
        httpEvent({ route: "GET /api/conversations", token, claims: texts(claims) }),
      );
      expect(answer).toMatchObject({ statusCode: 401 });
      const headers = { Authorization: `Bearer ${token}` };
      await expect(handlers.authorizer(authorizerEvent({ headers }))).rejects.toThrow(/^Unauthorized$/);
      expect(await lookUp(sub)).toBeNull();
    },
  );
});

describe("PUT users", () => {
  it("makes somebody known, who can be written to before they have ever signed in", async () => {
    const userId = newId();
    const answer = await put({
      userId,
      name: "carol",
      displayName: " Ca\u202erol ",
      avatarUrl: "https://x/c.png",
    });
    const carol = { id: userId, name: "carol", displayName: "Carol", avatarUrl: "https://x/c.png" };
    expect(answer).toMatchObject({ status: 200, body: { user: carol } });
    const id = await alice.conversationWith({ id: userId } as Person);
    await send({}, id);
    const { body } = await alice.http({ route: "GET /api/conversations" });
    expect(body).toMatchObject({ conversations: [{ otherParticipant: carol }, {}] });
  });

  it("treats texts as claims are treated, and leaves what it does not name", async () => {
    const userId = newId();
    const userOf = async (fields: object) =>
      ((await put({ userId, ...fields })).body as { user: unknown }).user;
    const plain = { id: userId, name: userId, displayName: userId, avatarUrl: null };
    expect(await userOf({})).toEqual(plain);
    expect(await userOf({ name: "\u200b", displayName: " ", avatarUrl: "javascript:alert(1)" })).toEqual(
      plain,
    );
    expect(await userOf({ displayName: "😀".repeat(129), avatarUrl: "https://x/1" })).toEqual({
      ...plain,
      displayName: "😀".repeat(128),
      avatarUrl: "https://x/1",
    });
    expect(await userOf({ avatarUrl: null, other: 1 })).toEqual({ ...plain, displayName: "😀".repeat(128) });
    expect(await userOf({ displayName: "" })).toEqual(plain);
  });

  it("is believed until a later token says otherwise, field by field", async () => {
    const before = person({ name: "From before", picture: "https://x/before.png" });
    before.token();
    const claims = {
      iat: String(Date.now() / 1_000 - 60),
      name: "From before",
      picture: "https://x/before.png",
    };
    await put({ userId: before.id, name: "imported", displayName: "Imported" });
    const ask = (more: Record<string, string>) =>
      handlers.http(httpEvent({ route: "GET /api/conversations", claims: { sub: before.id, ...more } }));
    await ask(claims);
    const stands = { handle: "imported", fullName: "Imported", picture: "https://x/before.png" };
    expect((await stored(before)).claims).toEqual(stands);
    await ask({ iat: String(Date.now() / 1_000 + 1), name: "Later" });
    expect((await stored(before)).claims).toEqual({ ...stands, fullName: "Later" });
  });

  it.each([
    {},
    { userId: "" },
    { userId: 7 },
    { userId: null },
    { userId: "x".repeat(256) },
    { userId: "\ud83d" },
    { userId: "u", name: 7 },
    { userId: "u", name: null },
    { userId: "u", displayName: ["x"] },
    { userId: "u", avatarUrl: {} },
  ])("refuses %j, and stores nothing", async (body) => {
    expect(await put(body)).toMatchObject(error(400, "INVALID_REQUEST"));
    expect(await lookUp("u")).toBeNull();
  });
});

describe("a message on behalf", () => {
  it("is the participant's, reaches every connection, and is stored once", async () => {
    const [hers, his] = [await alice.connect(), await bob.connect()];
    await his.act("join_conversation", { conversationId });
    const first = await send({ content: " by hand " });
    expect(first).toMatchObject({
      status: 201,
      body: { duplicate: false, message: { seq: 1, content: " by hand ", sender: { displayName: "Alice" } } },
    });
    expect(his.received.at(-1)).toMatchObject({ type: "new_message", message: messageIn(first) });
    expect(hers.received.at(-1)).toMatchObject({ type: "conversation_updated", lastSeq: 1, unreadCount: 0 });
    const again = await send({ content: "other" });
    expect(again).toMatchObject({ status: 200, body: { ...(first.body as object), duplicate: true } });
    expect(await logOf()).toHaveLength(1);
  });

  it("bears the metadata it is given, and is refused with what is none", async () => {
    const metadata = { ticket: { no: 7, tags: ["a"] } };
    expect(await send({ metadata })).toMatchObject({ status: 201, body: { message: { metadata } } });
    for (const bad of [[], "x", 7, { a: "x".repeat(1_025) }, { a: { b: { c: { d: { e: { f: 1 } } } } } }]) {
      const refused = await send({ metadata: bad, clientMessageId: "n" });
      expect(refused).toMatchObject(error(400, "INVALID_REQUEST"));
    }
    expect(await logOf()).toHaveLength(1);
  });

  it("is stored once however many send it at once, and is the sender's own repeat", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send({})));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    const device = await alice.connect();
    const repeat = { conversationId, content: "hello", clientMessageId: "m" };
    expect(await device.act("send_message", repeat)).toMatchObject({ duplicate: true, message: { seq: 1 } });
  });

  it.each([
    ["of a sender who is null", { senderId: null }],
    ["an empty sender's", { senderId: "" }],
    ["a list's", { senderId: ["a"] }],
    ["of no id", { clientMessageId: undefined }],
    ["of an id that is null", { clientMessageId: null }],
    ["of an id too long", { clientMessageId: "x".repeat(129) }],
    ["empty", { content: "" }],
    ["too long", { content: "x".repeat(2_001) }],
    ["without content", { content: undefined }],
  ])("is refused, and not stored, where it is %s", async (_name, body) => {
    expect(await send(body)).toMatchObject(error(400, "INVALID_REQUEST"));
    expect(await send(body, NO_CONVERSATION)).toMatchObject(error(400, "INVALID_REQUEST"));
    expect(await logOf()).toEqual([]);
  });

  it("is refused for who takes no part, the admin among them, and where there is no conversation", async () => {
    const eve = await user();
    for (const senderId of [eve.id, admin.id, newId()]) {
      expect(await send({ senderId })).toMatchObject(error(403, "FORBIDDEN"));
    }
    for (const id of [NO_CONVERSATION, "odd # form"]) {
      expect(await send({}, id)).toMatchObject(error(404, "NOT_FOUND"));
    }
    expect(await logOf()).toEqual([]);
  });
});

describe("a removal", () => {
  it("empties anybody's message, is told, and is recorded as the admin's; again: the same answer", async () => {
    await send({ content: "awful" });
    await send({ content: "fine", clientMessageId: "n" });
    const his = await bob.connect();
    await his.act("join_conversation", { conversationId });
    const removed = await remove(1);
    expect(removed).toMatchObject({
      status: 200,
      body: { message: { seq: 1, rev: 1, content: "", deletedAt: expect.any(String) as string } },
    });
    expect(his.received.at(-1)).toEqual({ type: "message_changed", message: messageIn(removed) });
    expect(await remove(1)).toEqual(removed);
    expect(await createChangeStore(deployment.table).listAfter(conversationId, 0, 10)).toMatchObject([
      { rev: 1, seq: 1, userId: admin.id, change: { type: "delete" } },
    ]);
    expect(await his.act("sync", { conversationId, afterSeq: 2, afterRev: 0 })).toMatchObject({
      changed: [messageIn(removed)],
    });
  });

  it("is refused where there is no such message or conversation", async () => {
    for (const seq of ["0", "1", "99"]) expect(await remove(seq)).toMatchObject(error(404, "NOT_FOUND"));
    for (const seq of ["-1", "1.5", "x"])
      expect(await remove(seq)).toMatchObject(error(400, "INVALID_REQUEST"));
    expect(await remove(1, NO_CONVERSATION)).toMatchObject(error(404, "NOT_FOUND"));
  });
});

describe("a sign-out", () => {
  const list = (who: Person, iat?: number) =>
    handlers.http(
      httpEvent({
        route: "GET /api/conversations",
        claims: { sub: who.id, ...(iat === undefined ? {} : { iat: String(iat) }) },
      }),
    );
  /** From one second to come on: by then the token that a person keeps is of the past. */
  const signedOut = async (who: Person): Promise<number> => {
    deployment.passTime(1_000);
    expect(await signOut(who.id)).toEqual({ status: 204, headers: {}, body: null });
    return (await stored(who)).signedOutAt!;
  };

  it("closes every connection, takes it off the record, and tells that typing has ended", async () => {
    const [one, two, his] = [await alice.connect(), await alice.connect(), await bob.connect()];
    for (const device of [one, his]) await device.act("join_conversation", { conversationId });
    await one.send({ action: "typing_start", conversationId });
    await signedOut(alice);
    expect(deployment.management.closed).toEqual(expect.arrayContaining([one.id, two.id]));
    expect(deployment.management.closed).not.toContain(his.id);
    expect(await stored(alice)).toMatchObject({ connections: [], state: "leaving" });
    expect(his.received.at(-1)).toMatchObject({ type: "user_stopped_typing", userId: alice.id });
    const before = one.received.length;
    await send({ senderId: bob.id });
    expect(one.received).toHaveLength(before);
    expect(deployment.queue.take()).toEqual([]);
  });

  it("ends tokens issued before, over both APIs, and lets in who has a later one", async () => {
    const token = { Authorization: `Bearer ${alice.token()}` };
    const at = await signedOut(alice);
    for (const iat of [at - 60, at, undefined]) {
      const answer = await list(alice, iat);
      expect(answer).toMatchObject({ statusCode: 401 });
      expect(JSON.parse(answer.body!)).toMatchObject({ code: "UNAUTHORIZED" });
    }
    await expect(handlers.authorizer(authorizerEvent({ headers: token }))).rejects.toThrow(/^Unauthorized$/);
    expect(await list(alice, at + 0.001)).toMatchObject({ statusCode: 200 });
    await coldStart();
    expect(await list(alice, at)).toMatchObject({ statusCode: 401 });
    expect(await list(bob, at)).toMatchObject({ statusCode: 200 });
  });

  it("is known within a minute to environments that remember the user", async () => {
    const warm = handlers;
    const iat = Date.now() / 1_000;
    expect(await list(alice, iat)).toMatchObject({ statusCode: 200 });
    await coldStart();
    await signedOut(alice);
    const early = await warm.http(
      httpEvent({ route: "GET /api/conversations", claims: { sub: alice.id, iat: String(iat) } }),
    );
    expect(early.statusCode).toBe(200);
    deployment.passTime(50_000);
    const late = await warm.http(
      httpEvent({ route: "GET /api/conversations", claims: { sub: alice.id, iat: String(iat) } }),
    );
    expect(late.statusCode).toBe(401);
  });

  it("turns away who is just being let in", async () => {
    const connectionId = newId();
    const headers = { Authorization: `Bearer ${alice.token()}` };
    const { principalId, context } = await handlers.authorizer(authorizerEvent({ headers, connectionId }));
    await signedOut(alice);
    const socket = {
      connectionId,
      connectedAt: Date.now(),
      userId: principalId,
      context: Object.fromEntries(
        Object.entries(context ?? {}).map(([name, value]) => [name, String(value)]),
      ),
    };
    expect(await handlers.websocket(connectEvent(socket, headers))).toEqual({ statusCode: 401 });
    expect((await stored(alice)).connections).toEqual([]);
  });

  it("closes again what could not be closed yet; what acts until then is UNAUTHORIZED, and closed", async () => {
    const opening = await alice.connect();
    deployment.management.answer(opening.id, 410);
    deployment.queue.take();
    await signedOut(alice);
    deployment.management.answer(opening.id, null);
    const [queued, ...others] = deployment.queue.take();
    expect(others).toEqual([]);
    expect(queued).toEqual({
      task: { type: "close_connections", connectionIds: [opening.id] },
      delaySeconds: 15,
    });
    expect(await opening.send({ action: "join_conversation", id: "j", conversationId })).toBeNull();
    expect(opening.received.at(-1)).toMatchObject({ type: "error", id: "j", code: "UNAUTHORIZED" });
    await handlers.worker(sqsEvent([queued!.task]));
    expect(deployment.management.closed).toContain(opening.id);
  });

  it("ends an admin's token too", async () => {
    const claims = { sub: alice.id, scope: SCOPE };
    const ask = (iat: number) =>
      handlers.admin(
        httpEvent({ route: USERS, claims: { ...claims, iat: String(iat) }, body: { userId: newId() } }),
      );
    const at = await signedOut(alice);
    expect(await ask(at)).toMatchObject({ statusCode: 401 });
    expect(await ask(at + 1)).toMatchObject({ statusCode: 200 });
  });

  it.each([undefined, "", 7, "x".repeat(256), ["a"]])("of %j is refused", async (userId) => {
    expect(await signOut(userId)).toMatchObject(error(400, "INVALID_REQUEST"));
  });

  it("of somebody unknown is NOT_FOUND, and makes nobody known", async () => {
    const userId = newId();
    expect(await signOut(userId)).toMatchObject(error(404, "NOT_FOUND"));
    expect(await lookUp(userId)).toBeNull();
  });
});
