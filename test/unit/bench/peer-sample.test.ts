import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect, onTestFinished, test, vi } from "vitest";
import { buildSample, seedSample } from "../../../bench/peers/sample.ts";
import { REGION, startTestEngine } from "../../support/engine.ts";
import { messageEvent, type Socket } from "../../support/events.ts";
import { startManagementApi } from "../../support/management-api.ts";

type Handler = (event: unknown) => Promise<{ readonly statusCode: number; readonly body?: string }>;

const device = (userId: string, connectionId: string): Socket => ({
  userId,
  connectionId,
  connectedAt: 0,
  context: {},
});
const DEVICES = [device("ana", "a1"), device("ana", "a2"), device("ben", "b1"), device("ben", "b2")];
const FRAME = { action: "send_message", conversationId: "c", content: "Hello" };

/** The built handler before an engine, with a look behind it. */
async function startSample() {
  const [engine, api] = await Promise.all([startTestEngine(), startManagementApi()]);
  const folder = mkdtempSync(join(tmpdir(), "sample-test-"));
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", engine.url);
  vi.stubEnv("AWS_REGION", REGION);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("CALLBACK_URL", api.url);
  await seedSample({ databaseUrl: engine.url, region: REGION }, "c", DEVICES);
  const { handler } = createRequire(import.meta.url)(`${await buildSample(folder)}/index.js`) as {
    handler: Handler;
  };
  const client = new DynamoDBClient({ endpoint: engine.url, region: REGION });
  onTestFinished(async () => {
    client.destroy();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
    await Promise.all([engine.stop(), api.stop()]);
  });
  return { handler, api, documents: DynamoDBDocumentClient.from(client) };
}

test("the sample's send stores, moves conversation and both inbox rows, pushes to three devices and acks", async () => {
  const { handler, api, documents } = await startSample();
  const { body } = await handler(messageEvent(DEVICES[0]!, FRAME));
  const ack = JSON.parse(body ?? "{}") as { type: string; message: { createdAt: string } };
  expect(ack).toMatchObject({ type: "ack", message: { senderId: "ana", content: "Hello" } });

  const { Items } = await documents.send(
    new QueryCommand({
      TableName: "sample-messages",
      KeyConditionExpression: "conversationId = :c",
      ExpressionAttributeValues: { ":c": "c" },
    }),
  );
  expect(Items).toEqual([ack.message]);
  const item = async (TableName: string, Key: Record<string, string>) =>
    (await documents.send(new GetCommand({ TableName, Key }))).Item;
  const moved = { lastMessage: "Hello", lastMessageAt: ack.message.createdAt };
  expect(await item("sample-conversations", { conversationId: "c" })).toMatchObject(moved);
  const inbox = (userId: string) => item("sample-inboxes", { userId, conversationId: "c" });
  expect(await inbox("ana")).toMatchObject({ ...moved, unread: 0 });
  expect(await inbox("ben")).toMatchObject({ ...moved, unread: 1 });

  expect(api.posted.map(({ connectionId }) => connectionId).sort()).toEqual(["a2", "b1", "b2"]);
  for (const { frame } of api.posted) expect(frame).toEqual({ type: "new_message", message: ack.message });
});

test("the sample refuses who does not belong", async () => {
  const { handler, api } = await startSample();
  expect(await handler(messageEvent(device("eve", "e1"), FRAME))).toEqual({ statusCode: 403 });
  expect(api.posted).toEqual([]);
});
