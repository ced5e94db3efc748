import { expect, test } from "vitest";
import { ChatError } from "../../index.ts";
import type { ChatClient, Conversation, ConversationHandle } from "../../index.ts";
import { Value } from "../../sdk/store.ts";
import { findConversation } from "../../terminal/find-conversation.ts";

test("a group is found by its title though it is asked for before the client is online", async () => {
  const connection = new Value<{ readonly state: string }>({ state: "connecting" });
  const list = new Value<{ readonly items: readonly Conversation[]; readonly loading: boolean }>({
    items: [],
    loading: false,
  });
  const handle = { id: "g" } as ConversationHandle;
  const client = {
    connection,
    conversations: list,
    direct: () => Promise.reject(new ChatError("NOT_FOUND", "nobody")),
    conversation: () => handle,
  } as unknown as ChatClient;
  const found = findConversation(client, "Tea time");
  await new Promise((done) => setImmediate(done));
  connection.set({ state: "online" });
  list.set({ items: [], loading: true });
  await new Promise((done) => setImmediate(done));
  list.set({ items: [{ id: "g", kind: "group", title: "Tea time" } as Conversation], loading: false });
  expect(await found).toEqual({ type: "found", conversation: handle });
});
