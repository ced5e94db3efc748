import { createElement } from "react";
import type { FunctionComponent } from "react";
import { renderToString } from "react-dom/server";
import { expect, expectTypeOf, onTestFinished, test } from "vitest";
import { eventually } from "../../../local/test/support/pace.ts";
import type {
  ChatClient,
  ChatMessage,
  Conversation,
  ConnectionState,
  MessagesState,
  Presence,
  User,
} from "../../index.ts";
import {
  ChatProvider,
  useChat,
  useConnection,
  useConversation,
  useConversations,
  useMembers,
  useMessages,
  usePresence,
  useTyping,
} from "../../react/index.ts";
import { FakeServer, token } from "../sdk/fakes.ts";
import { acting, mount } from "./mount.ts";

async function onlineClient(): Promise<{ server: FakeServer; client: ChatClient }> {
  const server = new FakeServer();
  const client = server.client();
  onTestFinished(() => client.close());
  await client.connect();
  return { server, client };
}

/** A component that uses a hook, what it has got from it, draw by draw. */
function using<T>(hook: () => T): FunctionComponent & { readonly got: T[] } {
  const got: T[] = [];
  const component = (): null => {
    got.push(hook());
    return null;
  };
  return Object.assign(component, { got });
}

/** What has gone in and out of rooms, once as much of it has come. */
async function moves(server: FakeServer, count: number): Promise<string[]> {
  const now = (): string[] =>
    server.sockets
      .flatMap(({ sent }) => sent)
      .filter(({ action }) => action === "join_conversation" || action === "leave_conversation")
      .map(({ action, conversationId }) => `${action.split("_")[0]} ${String(conversationId)}`);
  await eventually(() => (now().length >= count ? true : undefined), `${count} moves`);
  return now();
}

test("a room is entered once, by however many hooks, twice mounted in strict mode, and left once", async () => {
  const { server, client } = await onlineClient();
  const hooks = [
    using(() => useMessages("c1")),
    using(() => useTyping("c1")),
    using(() => useConversation("c1")),
  ];
  const mounted = await mount(client, ...hooks);
  await moves(server, 1);
  await mounted.draw(hooks[0]!);
  await mounted.draw();
  expect(await moves(server, 2)).toEqual(["join c1", "leave c1"]);
});

test("another id leaves the room of the one before", async () => {
  const { server, client } = await onlineClient();
  const at = (id: string) => using(() => useMessages(id));
  const mounted = await mount(client, at("c1"));
  await moves(server, 1);
  await mounted.draw(at("c2"));
  expect((await moves(server, 3)).toSorted()).toEqual(["join c1", "join c2", "leave c1"]);
});

test("a component is drawn again for what it uses, not for another conversation's", async () => {
  const { server, client } = await onlineClient();
  server.append("c1", "bob", "one");
  const drawn = [
    using(() => useTyping("c1")),
    using(() => useTyping("c2")),
    using(() => useMessages("c1")),
    using(() => useMessages("c2")),
    using(() => useConversations()),
    using(() => useConnection()),
  ] as const;
  await mount(client, ...drawn);
  await eventually(() => (drawn[2].got.at(-1)?.items.length === 1 ? true : undefined), "the message");
  await moves(server, 2);
  const counts = (): number[] => drawn.map(({ got }) => got.length);

  const before = counts();
  await acting(() => server.last().receive({ type: "user_typing", conversationId: "c1", userId: "bob" }));
  await eventually(() => (drawn[0].got.at(-1)?.length === 1 ? true : undefined), "who types");
  // Strict mode draws each twice.
  expect(counts().map((count, at) => count - before[at]!)).toEqual([2, 0, 0, 0, 0, 0]);

  const typed = counts();
  await acting(() => {
    client.conversation("c2").send({ content: "two" });
  });
  await eventually(() => (drawn[3].got.at(-1)?.items[0]?.state === "sent" ? true : undefined), "the message");
  expect(drawn[2].got.length).toBe(typed[2]);
  expect(drawn[1].got.length).toBe(typed[1]);
});

test("two who look at one conversation never see different things in one draw", async () => {
  const { client } = await onlineClient();
  const [one, other] = [using(() => useMessages("c1")), using(() => useMessages("c1"))];
  await mount(client, one, other);
  for (const content of ["one", "two", "three"]) {
    await acting(() => {
      client.conversation("c1").send({ content });
    });
  }
  const seen = ({ got }: typeof one): string[] =>
    got.map(({ items }) => items.map(({ key, state }) => `${key} ${state}`).join());
  await eventually(() => {
    const last = one.got.at(-1)?.items ?? [];
    return (last.length === 3 && last.every(({ state }) => state === "sent")) || undefined;
  }, "three sent messages");
  expect(seen(one)).toEqual(seen(other));
});

test("who is gone hears nothing any more", async () => {
  const { client } = await onlineClient();
  const gone = using(() => [useMessages("c1"), useConnection(), useConversations()]);
  const mounted = await mount(client, gone);
  await mounted.draw();
  const { length } = gone.got;
  await acting(() => void client.conversation("c1").send({ content: "unheard" }));
  await client.close();
  expect(gone.got.length).toBe(length);
});

test("the functions stay the same from draw to draw, and send", async () => {
  const { client } = await onlineClient();
  const room = using(() => useConversation("c1"));
  const mounted = await mount(client, room);
  await mounted.draw(
    room,
    using(() => useConnection()),
  );
  let message: ChatMessage | undefined;
  await acting(() => {
    message = room.got[0]!.send({ content: "hello" });
  });
  expect(message).toMatchObject({ content: "hello", state: "pending" });
  for (const name of ["send", "markRead", "retry", "discard", "setTyping"] as const) {
    expect(new Set(room.got.map((one) => one[name])).size, name).toBe(1);
  }
});

test("a hook without a provider says what is missing", () => {
  for (const hook of [useChat, useConnection, useConversations, () => useMessages("c1")]) {
    expect(() => renderToString(createElement(using<unknown>(hook)))).toThrow(
      "There is no <ChatProvider> above this component.",
    );
  }
});

test("on a server they draw what is known, which is nothing, and ask nobody", async () => {
  const server = new FakeServer();
  let asked = 0;
  const client = server.client({
    getToken: () => {
      asked += 1;
      return token("alice");
    },
  });
  onTestFinished(() => client.close());
  const all = using(() => ({
    connection: useConnection().state,
    conversations: useConversations().items,
    messages: useMessages("c1").items,
    typing: useTyping("c1"),
    presence: [...usePresence(["bob"])],
    id: useConversation("c1").id,
  }));
  expect(renderToString(createElement(ChatProvider, { client }, createElement(all)))).toBe("");
  expect(all.got).toEqual([
    { connection: "idle", conversations: [], messages: [], typing: [], presence: [], id: "c1" },
  ]);
  // Whatever was begun would have asked for a token by now.
  await new Promise((resolve) => setImmediate(resolve));
  expect([asked, server.requests, server.sockets]).toEqual([0, [], []]);
});

test("presence is asked for once, and told when it changes", async () => {
  const { server, client } = await onlineClient();
  const asked = (): number => server.requests.filter((path) => path.startsWith("/api/presence")).length;
  const bob = using(() => usePresence(["bob"]).get("bob")?.online);
  await mount(client, bob);
  await eventually(() => asked() || undefined, "a request");
  await acting(() =>
    server.last().receive({ type: "user_online", userId: "bob", at: new Date().toISOString(), version: 1 }),
  );
  await eventually(() => bob.got.at(-1), "Bob online");
  expect(asked()).toBe(1);
});

test("their types are what the README says", () => {
  expectTypeOf(useChat).returns.toEqualTypeOf<ChatClient>();
  expectTypeOf(useConnection).returns.toEqualTypeOf<ConnectionState>();
  expectTypeOf(useConversations).returns.toHaveProperty("items").toEqualTypeOf<readonly Conversation[]>();
  expectTypeOf(useMessages).parameters.toEqualTypeOf<[id: string]>();
  expectTypeOf(useMessages).returns.toExtend<MessagesState>();
  expectTypeOf(useMessages).returns.toHaveProperty("loadOlder").toEqualTypeOf<() => Promise<void>>();
  expectTypeOf(useTyping).returns.toEqualTypeOf<readonly User[]>();
  expectTypeOf(usePresence).returns.toEqualTypeOf<ReadonlyMap<string, Presence>>();
  expectTypeOf(useConversation).returns.toHaveProperty("details").toEqualTypeOf<Conversation>();
  expectTypeOf(useConversation).returns.toHaveProperty("send").returns.toEqualTypeOf<ChatMessage>();
});

test("`useMembers` loads the first members once, and shows what is loaded after", async () => {
  const { server, client } = await onlineClient();
  const asked: string[] = [];
  const member = (id: string) => ({ id, name: id, displayName: id, avatarUrl: null, role: "member" });
  server.http = (path) => {
    if (!path.startsWith("/api/conversations/g/members")) return undefined;
    asked.push(path);
    const isFirst = !path.includes("cursor=");
    const members = [member(isFirst ? "alice" : "bob")];
    return { status: 200, body: { members, nextCursor: isFirst ? "2" : null } };
  };
  const hooks = [using(() => useMembers("g")), using(() => useMembers("g"))];
  await mount(client, ...hooks);
  const { members } = client.conversation("g");
  const last = () => hooks[0]!.got.at(-1)!;
  const drawn = async (count: number): Promise<void> => {
    await eventually(() => members.get().items.length === count || undefined, `${count} members`);
    await acting(() => undefined);
  };
  await drawn(1);
  expect(last()).toMatchObject({ items: [{ id: "alice" }], hasMore: true, loading: false });
  await acting(() => void last().loadMore());
  await drawn(2);
  expect(last().items.map(({ id }) => id)).toEqual(["alice", "bob"]);
  expect(asked).toHaveLength(2);
});
