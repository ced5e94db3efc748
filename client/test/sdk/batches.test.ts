import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ChatClient } from "../../index.ts";
import { FakeServer } from "./fakes.ts";

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const warnings: unknown[] = [];
let server: FakeServer;
let client: ChatClient;

beforeEach(async () => {
  vi.useFakeTimers();
  warnings.length = 0;
  server = new FakeServer();
  const warn = (message: string, details?: object) => void warnings.push([message, details]);
  client = server.client({ random: () => 0.5, logger: { debug: () => undefined, warn } });
  void client.connect();
  await pass(100);
});
afterEach(async () => {
  await client.close();
  vi.useRealTimers();
});

const online = (userId: string, version = 1) => ({
  ...{ type: "user_online", userId, at: "2026-01-01T00:00:00.000Z", version },
});

test("a socket offers batches before what it took without them, and the token before both, as older servers look for it", () => {
  const [token, ...ours] = server.last().protocols;
  expect(token!.split(".")).toHaveLength(3);
  expect(ours).toEqual(["chat.v1+batch", "chat.v1"]);
});

test("the events of a batch are told as if each had come alone, in their order", () => {
  const told: unknown[] = [];
  client.on("user_online", ({ userId }) => told.push(userId));
  client.on("user_offline", ({ userId, version }) => told.push([userId, version]));
  const offline = { ...online("bob", 2), type: "user_offline", lastSeenAt: "2026-01-01T00:00:09.000Z" };
  server.last().receive({ type: "batch", events: [online("bob"), online("cy"), offline] });
  server.last().receive(online("dan"));
  expect(told).toEqual(["bob", "cy", ["bob", 2], "dan"]);
});

test("messages that come in one frame are shown, in their order, and repeats of them change nothing", async () => {
  const lastMessage = server.append("room", "bob", "1");
  const chat = client.conversation("room");
  const close = chat.open();
  await pass(100);
  const message = (seq: number): object => ({
    type: "new_message",
    message: { ...lastMessage, id: `room.${seq}`, seq, content: String(seq) },
  });
  server.last().receive({ type: "batch", events: [2, 3, 3, 2, 4].map(message) });
  expect(chat.messages.get().items.map(({ content }) => content)).toEqual(["1", "2", "3", "4"]);
  close();
});

test("one that is not as the client knows it takes none of the others along", () => {
  const told: string[] = [];
  client.on("user_online", ({ userId }) => told.push(userId));
  const unknown = { type: "from_the_future" };
  const broken = { type: "new_message" };
  server.last().receive({ type: "batch", events: [online("bob"), null, unknown, broken, online("cy")] });
  expect(told).toEqual(["bob", "cy"]);
  expect(warnings).toHaveLength(1);
});

test("an older server, which takes the first that is not chat.v1 for the token, finds the token", () => {
  const offered = server.last().protocols;
  const taken = offered.find((protocol) => protocol !== "chat.v1" && protocol !== "");
  expect(taken!.split(".")).toHaveLength(3);
});
