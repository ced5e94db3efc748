import { createChatClient, memoryStorage } from "@parley/client";

/** Two people of one program: what alice writes to bob is what bob reads. Runs in Node and in browsers. */
export async function chat({ httpUrl, wsUrl, aliceToken, bobToken, bobId, WebSocket }) {
  const options = { httpUrl, wsUrl, ...(WebSocket && { WebSocket }) };
  const alice = createChatClient({ ...options, getToken: () => aliceToken });
  const bob = createChatClient({ ...options, getToken: () => bobToken, storage: memoryStorage() });
  await Promise.all([alice.connect(), bob.connect()]);
  const withBob = await alice.direct(bobId);
  const withAlice = bob.conversation(withBob.id);
  withAlice.open();
  withBob.send({ content: "Hello Bob!" });
  const content = await new Promise((resolve) => {
    const look = () =>
      withAlice.messages.get().items.length > 0 && resolve(withAlice.messages.get().items[0].content);
    withAlice.messages.subscribe(look);
    look();
  });
  await alice.signOut();
  await bob.close();
  return content;
}
