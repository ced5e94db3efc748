import { onTestFinished, test, expect } from "vitest";
import { getJson } from "../cli/fixture.ts";
import { openClient, type Client } from "../gateway/ws-client.ts";
import { eventually } from "../support/pace.ts";
import { startCloudProcess } from "../support/start-cloud.ts";
import { synthesizeSample } from "./sample.ts";

test("the first sample everybody deploys is served unchanged: who writes is heard by all, who is gone is forgotten", async () => {
  const args = [await synthesizeSample("chat")];
  const cloud = await startCloudProcess({ projectFolder: import.meta.dirname, args });
  onTestFinished(async () => {
    await cloud.stop();
  });
  const [ana, ben, cyd] = await Promise.all([
    connect(cloud.wsUrl),
    connect(cloud.wsUrl),
    connect(cloud.wsUrl),
  ]);
  ana.send({ action: "sendmessage", data: "hello" });
  expect(await Promise.all([ana.next(), ben.next(), cyd.next()])).toEqual(["hello", "hello", "hello"]);

  await fetch(`${cloud.httpUrl}/_local/faults`, {
    method: "POST",
    body: JSON.stringify({ loseDisconnect: 1 }),
  });
  ben.socket.close();
  await ben.closed;
  expect(await known(cloud.httpUrl)).toHaveLength(3);
  ana.send({ action: "sendmessage", data: "anybody there?" });
  expect(await Promise.all([ana.next(), cyd.next()])).toEqual(["anybody there?", "anybody there?"]);
  await eventually(async () => (await known(cloud.httpUrl)).length === 2 || undefined, "his deletion");
});

async function connect(url: string): Promise<Client> {
  const opened = await openClient(url, {});
  if (opened.type === "refused") throw new Error(`refused with ${opened.status}: ${opened.body}`);
  onTestFinished(() => opened.client.socket.terminate());
  return opened.client;
}

async function known(httpUrl: string): Promise<readonly unknown[]> {
  const { body } = await getJson(`${httpUrl}/_local/table?name=simplechat_connections`);
  return (body as { items: unknown[] }).items;
}
