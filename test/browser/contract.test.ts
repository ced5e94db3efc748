import type { Page } from "playwright-core";
import { expect } from "vitest";
import { startLocalServer } from "../../local/test/support/local-server.ts";
import { browserFile, test, withCast } from "./browser-test.ts";

const file = browserFile();

/** Runs a script in a page of another origin than the cloud's, as an app of one's own would be. */
async function elsewhere<T>(page: Page, script: string): Promise<T> {
  const server = await startLocalServer((_request, _body, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><link rel=icon href='data:,'><title>an app</title>");
  });
  try {
    await page.goto(server.url);
    return await page.evaluate<T>(`(async () => { ${script} })()`);
  } finally {
    await server.close();
  }
}

const OPEN_SOCKET = `
  const openSocket = (url, protocols) => {
    const socket = new WebSocket(url, protocols);
    const frames = [];
    let wake = () => {};
    socket.onmessage = ({ data }) => { frames.push(JSON.parse(data)); wake(); };
    socket.onclose = ({ code }) => { frames.push({ type: "closed", code }); wake(); };
    const next = async (type) => {
      for (;;) {
        const index = frames.findIndex((frame) => frame.type === type || frame.type === "closed");
        if (index >= 0) return frames.splice(index, 1)[0];
        await new Promise((resolve) => (wake = resolve));
      }
    };
    const opened = new Promise((resolve) => { socket.onopen = () => resolve("open"); socket.onerror = () => resolve("refused"); });
    return { socket, next, opened, send: (frame) => socket.send(JSON.stringify(frame)) };
  };
`;

test("a page connects by subprotocol, gets chat.v1, sends and receives", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const { alice, bob, conversationId } = await cast.pair();
    const theirs = await bob.connect();
    await theirs.ask("join_conversation", { conversationId });
    const seen = elsewhere<Record<string, unknown>>(
      page,
      `${OPEN_SOCKET}
      const { socket, next, opened, send } = openSocket(${JSON.stringify(cloud.wsUrl)}, ["chat.v1", ${JSON.stringify(alice.token)}]);
      await opened;
      const conversationId = ${JSON.stringify(conversationId)};
      send({ action: "join_conversation", id: "1", conversationId });
      await next("ack");
      send({ action: "send_message", id: "2", conversationId, content: "from a browser" });
      const ack = await next("ack");
      const event = await next("new_message");
      socket.close(1000);
      return { protocol: socket.protocol, ack, event };`,
    );
    const { message } = await theirs.next("new_message");
    expect(message.content).toBe("from a browser");
    await theirs.ask("send_message", { conversationId, content: "and back" });
    expect(await seen).toMatchObject({
      protocol: "chat.v1",
      ack: {
        type: "ack",
        id: "2",
        data: { duplicate: false, message: { content: "from a browser", seq: 1 } },
      },
      event: { type: "new_message", message: { content: "and back", seq: 2, sender: { id: bob.id } } },
    });
  });
});

test("a page with a bad token, or none, gets no socket", async ({ page }) => {
  const { wsUrl } = file.cloud();
  const outcomes = await elsewhere<string[]>(
    page,
    `${OPEN_SOCKET}
    const attempt = (protocols) => openSocket(${JSON.stringify(wsUrl)}, protocols).opened;
    return [await attempt(["chat.v1", "not.a.token"]), await attempt(["chat.v1"]), await attempt([])];`,
  );
  expect(outcomes).toEqual(["refused", "refused", "refused"]);
  expect(page.complaints.filter((text) => !text.includes("WebSocket connection"))).toEqual([]);
  page.complaints.length = 0;
});

test("a page of another origin may call the HTTP API with its token", async ({ page }) => {
  const cloud = file.cloud();
  await withCast(cloud, async (cast) => {
    const { alice, conversationId } = await cast.pair();
    const answer = await elsewhere<{ status: number; body: unknown }>(
      page,
      `const response = await fetch(${JSON.stringify(`${cloud.httpUrl}/api/conversations`)}, {
        headers: { authorization: ${JSON.stringify(`Bearer ${alice.token}`)} } });
      return { status: response.status, body: await response.json() };`,
    );
    expect(answer).toMatchObject({ status: 200, body: { conversations: [{ id: conversationId }] } });
  });
});
