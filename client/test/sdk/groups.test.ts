import { expect, test } from "vitest";
import { memoryStorage } from "../../index.ts";
import type { Conversation, Member } from "../../index.ts";
import { FakeWorld, SECOND, pass } from "./fake-world.ts";
import type { FakeAnswer } from "./fakes.ts";

/** Groups, their members, and what one sets for oneself. */

const world = new FakeWorld();

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}
const requests: Request[] = [];

/** A server that answers these routes; the rest as it is. */
function serve(routes: Readonly<Record<string, (request: Request) => FakeAnswer | null>>): typeof fetch {
  requests.length = 0;
  world.server.http = (path) => {
    const request = requests.at(-1)!;
    const found = Object.entries(routes).find(([route]) => `${request.method} ${path}`.startsWith(route));
    return found?.[1](request);
  };
  return (input, init) => {
    const path = (input as string).slice("http://server.test".length);
    const body = typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    requests.push({ method: init?.method ?? "GET", path, body });
    return fakeFetch(input, init);
  };
}

let fakeFetch: typeof fetch;
/** A client whose requests are seen. */
async function connected(seen: typeof fetch, options: Parameters<FakeWorld["client"]>[0] = {}) {
  world.server.seesFetch = (own) => {
    fakeFetch = own;
    return seen;
  };
  return world.connected(options);
}

const group = (more: object = {}): Conversation =>
  ({
    id: "g",
    kind: "group",
    title: "Trip",
    otherParticipant: null,
    memberCount: 3,
    lastMessage: null,
    lastMessageAt: "2026-01-01T00:00:00.000Z",
    ...{ unreadCount: 0, mentionCount: 0, lastSeq: 0, readSeq: 0, lastRev: 0 },
    ...{ pinned: false, archived: false, mutedUntil: null },
    ...more,
  }) as unknown as Conversation;

const member = (id: string, readSeq = 0): Member => ({
  ...{ id, name: id, displayName: id, avatarUrl: null },
  ...{ role: "member", joinedAt: "2026-01-01T00:00:00.000Z", readSeq },
});

const ok = (body: unknown): FakeAnswer => ({ status: 200, body });
const listOf =
  (...items: readonly Conversation[]) =>
  () =>
    ok({ conversations: items, nextCursor: null });
const asked = (method: string, path: string): readonly unknown[] =>
  requests.filter((one) => one.method === method && one.path.startsWith(path)).map(({ body }) => body);

test("a group is made once, also where the answer to its making is lost", async () => {
  let tries = 0;
  const client = await connected(
    serve({
      "POST /api/conversations": () => ((tries += 1) === 1 ? null : ok({ conversation: group() })),
      "GET /api/conversations?": listOf(),
    }),
  );
  const making = client.createGroup({ title: "Trip", memberIds: ["bob", "carol"] });
  await pass(20 * SECOND);
  const handle = await making;
  expect([handle.id, client.conversations.get().items.map(({ id }) => id)]).toEqual(["g", ["g"]]);
  const [first, second] = asked("POST", "/api/conversations") as { clientConversationId: string }[];
  expect(first).toMatchObject({ kind: "group", title: "Trip", memberIds: ["bob", "carol"] });
  expect(first!.clientConversationId).toMatch(/^.{16,128}$/);
  expect(second).toEqual(first);
});

test("a group that cannot be made says why, and is asked for once", async () => {
  const client = await connected(
    serve({
      "POST /api/conversations": () => ({
        status: 404,
        body: { code: "NOT_FOUND", message: "No such user." },
      }),
    }),
  );
  const making = client.createGroup({ title: "Trip", memberIds: ["nobody"] });
  await expect(making).rejects.toMatchObject({ code: "NOT_FOUND", message: "No such user." });
  expect(asked("POST", "/api/conversations")).toHaveLength(1);
});

test("one added to a group has it in the list, told once; one removed has not, and keeps nothing of it", async () => {
  const storage = memoryStorage();
  let items: readonly Conversation[] = [];
  const client = await connected(serve({ "GET /api/conversations?": () => listOf(...items)() }), { storage });
  const told: string[] = [];
  client.on("conversation_added", ({ conversation }) => told.push(`+${conversation.id}`));
  client.on("conversation_removed", ({ conversationId }) => told.push(`-${conversationId}`));
  items = [group()];
  for (let twice = 0; twice < 2; twice += 1)
    world.server.last().receive({ type: "conversation_added", conversation: group() });
  expect(client.conversations.get().items).toMatchObject([{ id: "g", title: "Trip" }]);
  world.server.append("g", "bob", "secret");
  await world.opened(client, "g");
  await pass(SECOND);
  expect(await storage.keys()).toContain("log/g");
  items = [];
  for (let twice = 0; twice < 2; twice += 1)
    world.server.last().receive({ type: "conversation_removed", conversationId: "g" });
  expect(client.conversations.get().items).toEqual([]);
  await pass(SECOND);
  expect(client.conversations.get().items).toEqual([]);
  expect(await storage.keys()).not.toContain("log/g");
  expect(JSON.stringify(await storage.get("list"))).not.toContain("Trip");
  expect(told).toEqual(["+g", "-g"]);
});

test("one let into a group anew sees nothing of before, though nobody has spoken since", async () => {
  const client = await connected(
    serve({ "GET /api/conversations?": listOf(group({ firstSeq: 1, lastSeq: 2 })) }),
  );
  for (const content of ["one", "two"]) world.server.append("g", "bob", content);
  const conversation = await world.opened(client, "g");
  const texts = () => conversation.messages.get().items.map(({ content }) => content);
  expect(texts()).toEqual(["one", "two"]);
  const receive = (event: object): void => world.server.last().receive(event);
  receive({ type: "conversation_removed", conversationId: "g" });
  receive({ type: "conversation_added", conversation: group({ firstSeq: 5, lastSeq: 4 }) });
  expect(texts()).toEqual([]);
  // An event of before that comes late, or again: one's own would be shown wherever it stands.
  const late = world.server.append("g", "alice", "three");
  world.server.logs.delete("g");
  receive({ type: "new_message", message: late });
  receive({ type: "message_changed", message: { ...late, rev: 1, content: "three!" } });
  await pass(SECOND);
  expect(texts()).toEqual([]);
});

test("what was waiting for what was before goes with it", async () => {
  const client = await connected(
    serve({ "GET /api/conversations?": listOf(group({ firstSeq: 1, lastSeq: 2 })) }),
  );
  const receive = (event: object): void => world.server.last().receive(event);
  const items = () => client.conversation("g").messages.get().items;
  for (const content of ["one", "two"]) world.server.append("g", "bob", content);
  receive({ type: "new_message", message: world.server.append("g", "alice", "left") });
  expect(items()).toMatchObject([{ content: "left" }]);
  receive({ type: "conversation_removed", conversationId: "g" });
  receive({ type: "conversation_added", conversation: group({ firstSeq: 5, lastSeq: 4 }) });
  expect(items()).toEqual([]);
});

test("a group that is kept is there after a reload, before the server is", async () => {
  const storage = memoryStorage();
  const client = await connected(serve({ "GET /api/conversations?": listOf(group()) }), { storage });
  await client.close();
  world.server.isUp = false;
  const again = await connected(serve({ "GET /api/conversations?": () => null }), { storage });
  expect(again.conversations.get().items).toMatchObject([{ id: "g", title: "Trip", otherParticipant: null }]);
});

test("in a group nobody's reading makes a message read; the members' positions move", async () => {
  const client = await connected(
    serve({
      "GET /api/conversations?": listOf(group({ lastSeq: 2 })),
      "GET /api/conversations/g/members": () =>
        ok({ members: [member("alice"), member("bob")], nextCursor: null }),
    }),
  );
  world.server.groups.add("g");
  world.server.append("g", "alice", "one");
  world.server.append("g", "alice", "two");
  const conversation = await world.opened(client, "g");
  await conversation.members.loadMore();
  expect(conversation.members.get()).toMatchObject({ hasMore: false, loading: false, error: null });
  const readAt = new Date().toISOString();
  world.server
    .last()
    .receive({ type: "messages_read", conversationId: "g", userId: "bob", readSeq: 1, readAt });
  expect(conversation.messages.get().items.map((message) => message.readAt)).toEqual([null, null]);
  const positions = () => conversation.members.get().items.map(({ id, readSeq }) => [id, readSeq]);
  expect(positions()).toContainEqual(["bob", 1]);
  // Whoever writes has read what stands before.
  world.server.last().receive({ type: "new_message", message: world.server.append("g", "bob", "three") });
  expect(positions()).toContainEqual(["bob", 3]);
  expect(conversation.messages.get().items.map((message) => message.readAt)).toEqual([null, null, null]);
});

test("members come page by page; what happens to the group is asked for, by each at a moment of its own", async () => {
  let [title, members] = ["Trip", [member("alice"), member("bob"), member("carol")]];
  const client = await connected(
    serve({
      "GET /api/conversations?": listOf(group()),
      "GET /api/conversations/g/members?limit=100&cursor=2": () =>
        ok({ members: members.slice(2), nextCursor: null }),
      "GET /api/conversations/g/members": () => ok({ members: members.slice(0, 2), nextCursor: "2" }),
      "GET /api/conversations/g": () => ok({ conversation: group({ title, memberCount: members.length }) }),
    }),
  );
  const conversation = await world.opened(client, "g");
  const ids = () => conversation.members.get().items.map(({ id }) => id);
  await conversation.members.loadMore();
  expect([ids(), conversation.members.get().hasMore]).toEqual([["alice", "bob"], true]);
  await conversation.members.loadMore();
  expect([ids(), conversation.members.get().hasMore]).toEqual([["alice", "bob", "carol"], false]);
  [title, members] = ["Trip to Rome", [...members, member("dave")]];
  const message = {
    ...world.server.append("g", "bob", ""),
    type: "system",
    system: { event: "members_added" },
  };
  const before = requests.length;
  world.server.last().receive({ type: "new_message", message });
  await pass(400);
  expect(requests.slice(before)).toEqual([]);
  await pass(SECOND);
  expect(conversation.details.get()).toMatchObject({ title: "Trip to Rome", memberCount: 4 });
  expect(ids()).toEqual(["alice", "bob", "carol", "dave"]);
  expect(client.conversations.get().items).toMatchObject([{ title: "Trip to Rome", lastSeq: 1 }]);
});

test("members that were loaded are true again after a reconnect", async () => {
  let members = [member("alice"), member("bob")];
  const client = await connected(
    serve({
      "GET /api/conversations?": listOf(group()),
      "GET /api/conversations/g/members": () => ok({ members, nextCursor: null }),
    }),
  );
  const { members: store } = client.conversation("g");
  await store.loadMore();
  members = [member("alice")];
  for (const socket of world.server.open) socket.cut();
  await pass(30 * SECOND);
  expect(store.get().items.map(({ id }) => id)).toEqual(["alice"]);
});

test("what one does in a group is asked for as the routes say", async () => {
  const client = await connected(
    serve({
      "GET /api/conversations?": listOf(group()),
      "POST /api/conversations/g/members": () => ok({ added: ["dave"] }),
      "DELETE /api/conversations/g/members": () => ({ status: 204 }),
      "PUT /api/conversations/g/members/role": () => ok({ member: member("bob") }),
      "PATCH /api/conversations/g": () => ok({ conversation: group({ title: "Rome" }) }),
    }),
  );
  const conversation = client.conversation("g");
  expect(await conversation.addMembers(["bob", "dave"])).toEqual(["dave"]);
  await conversation.setRole("bob", "admin");
  await conversation.setDetails({ title: "Rome" });
  expect(conversation.details.get()).toMatchObject({ title: "Rome" });
  await conversation.removeMember("carol&bob");
  expect(asked("POST", "/api/conversations/g/members")).toEqual([{ userIds: ["bob", "dave"] }]);
  expect(asked("PUT", "/api/conversations/g/members/role")).toEqual([{ userId: "bob", role: "admin" }]);
  expect(asked("PATCH", "/api/conversations/g")).toEqual([{ title: "Rome" }]);
  expect(asked("DELETE", "/api/conversations/g/members?userId=carol%26bob")).toHaveLength(1);
  expect(client.conversations.get().items).toHaveLength(1);
  await conversation.leave();
  expect(asked("DELETE", "/api/conversations/g/members?userId=alice")).toHaveLength(1);
  expect(client.conversations.get().items).toEqual([]);
});

test("settings are shown at once, made when there is a network, and are one request", async () => {
  const storage = memoryStorage();
  const patched: unknown[] = [];
  const routes = {
    "GET /api/conversations?": listOf(group()),
    "PATCH /api/conversations/g/settings": ({ body }: Request) => {
      patched.push(body);
      return ok({ conversation: group(body as object) });
    },
  };
  const client = await connected(serve(routes), { storage });
  world.server.isUp = false;
  for (const socket of world.server.open) socket.cut();
  const conversation = client.conversation("g");
  const done = [
    conversation.setSettings({ pinned: true }),
    conversation.setSettings({ mutedUntil: "2027-01-01T00:00:00.000Z" }),
  ];
  await pass(10);
  expect(client.conversations.get().items).toMatchObject([
    { pinned: true, mutedUntil: "2027-01-01T00:00:00.000Z" },
  ]);
  await client.close();
  world.server.isUp = true;
  const again = await connected(serve(routes), { storage });
  // The server's list is older than what was set.
  expect(again.conversations.get().items).toMatchObject([{ pinned: true }]);
  await pass(60 * SECOND);
  expect(patched).toEqual([{ pinned: true, mutedUntil: "2027-01-01T00:00:00.000Z" }]);
  expect(again.waiting.get()).toBe(0);
  void done;
});

test("settings that are refused are as they were, and the promise says why", async () => {
  let reads = 0;
  const client = await connected(
    serve({
      "GET /api/conversations?": () => ((reads += 1) === 1 ? listOf(group())() : null),
      "PATCH /api/conversations/g/settings": () => ({
        status: 403,
        body: { code: "FORBIDDEN", message: "No." },
      }),
    }),
  );
  const conversation = client.conversation("g");
  const set = conversation.setSettings({ pinned: true });
  await pass(0);
  await expect(set).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(client.conversations.get().items).toMatchObject([{ pinned: false }]);
});

test("what is archived leaves the list at once, and comes back", async () => {
  let isArchived = false;
  const client = await connected(
    serve({
      "GET /api/conversations?": () => (isArchived ? listOf()() : listOf(group())()),
      "PATCH /api/conversations/g/settings": ({ body }) => {
        isArchived = (body as { archived: boolean }).archived;
        return ok({ conversation: group(body as object) });
      },
    }),
  );
  const conversation = client.conversation("g");
  const ids = () => client.conversations.get().items.map(({ id }) => id);
  const archived = conversation.setSettings({ archived: true });
  await pass(0);
  expect(ids()).toEqual([]);
  await archived;
  expect(conversation.details.get()).toMatchObject({ archived: true });
  void conversation.setSettings({ archived: false });
  await pass(0);
  expect(ids()).toEqual(["g"]);
  await pass(SECOND);
  expect(ids()).toEqual(["g"]);
});

test("a list of the archived that was read before its newest was there has it once it is told", async () => {
  let answer: () => void = () => undefined;
  const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
  const served = serve({
    "GET /api/conversations?archived=true": listOf(),
    "GET /api/conversations?": listOf(group()),
    "PATCH /api/conversations/g/settings": ({ body }) => ok({ conversation: group(body as object) }),
  });
  const client = await connected(async (input, init) => {
    const read = served(input, init);
    if ((input as string).includes("archived=true")) await mayAnswer;
    return read;
  });
  const ids = () => client.archived.get().items.map(({ id }) => id);
  const loaded = client.archived.loadMore();
  await pass(0);
  const archived = client.conversation("g").setSettings({ archived: true });
  await pass(0);
  await archived;
  answer();
  await pass(0);
  await loaded;
  expect(ids()).toEqual(["g"]);
});

test("what another device has set is shown, and told once", async () => {
  const client = await connected(
    serve({ "GET /api/conversations?": listOf(group({ lastSeq: 4, readSeq: 4 })) }),
  );
  const told: unknown[] = [];
  client.on("settings_changed", ({ conversation }) => told.push(conversation.id));
  const conversation = group({ pinned: true, lastSeq: 3 });
  for (let twice = 0; twice < 2; twice += 1)
    world.server.last().receive({ type: "settings_changed", conversation });
  expect(client.conversations.get().items).toMatchObject([{ pinned: true, lastSeq: 4 }]);
  expect(told).toEqual(["g"]);
});

test("people are found by how their handle begins", async () => {
  const bob = { id: "bob", name: "bob", displayName: "Bob", avatarUrl: null };
  const client = await connected(serve({ "GET /api/users/search?handle=b%26": () => ok({ users: [bob] }) }));
  expect(await client.searchUsers("b&")).toEqual([bob]);
});

test("a group beyond the list is asked what it is", async () => {
  const client = await connected(
    serve({
      "GET /api/conversations?": listOf(),
      "GET /api/conversations/g": (request) =>
        request.path === "/api/conversations/g"
          ? ok({ conversation: group({ lastSeq: 1 }) })
          : ok({ messages: [] }),
    }),
  );
  const conversation = await world.opened(client, "g");
  expect(conversation.details.get()).toMatchObject({ title: "Trip", otherParticipant: null });
});
