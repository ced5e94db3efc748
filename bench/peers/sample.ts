import { build } from "esbuild";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { CreateTableCommand, DynamoDBClient, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Socket } from "../../test/support/events.ts";

/** Built as by default: the SDK in the bundle, and nothing else set. @returns the folder of the code */
export async function buildSample(outFolder: string): Promise<string> {
  await build({
    entryPoints: { index: join(import.meta.dirname, "sample-handler.mjs") },
    outdir: outFolder,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    logLevel: "silent",
  });
  writeFileSync(join(outFolder, "package.json"), '{"type":"commonjs"}\n');
  return outFolder;
}

/** The sample's tables, with the same people, their devices and their conversation in them. */
export async function seedSample(
  place: { readonly databaseUrl: string; readonly region: string },
  conversationId: string,
  devices: readonly Socket[],
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: place.databaseUrl,
    region: place.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const documents = DynamoDBDocumentClient.from(client);
  try {
    for (const table of TABLES) await client.send(new CreateTableCommand(table));
    const participants = [...new Set(devices.map(({ userId }) => userId))];
    const put = (TableName: string, Item: Record<string, unknown>) =>
      documents.send(new PutCommand({ TableName, Item }));
    await put("sample-conversations", { conversationId, participants });
    // As after a first message: from then on every send costs the same.
    for (const userId of participants) {
      const lastMessageAt = new Date(0).toISOString();
      await put("sample-inboxes", { userId, conversationId, lastMessageAt, unread: 0 });
    }
    for (const { connectionId, userId } of devices) {
      await put("sample-connections", { connectionId, userId, connectedAt: Date.now() });
    }
  } finally {
    client.destroy();
  }
}

const table = (name: string, hash: string, range: string | null): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [hash, ...(range ? [range] : [])].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S",
  })),
  KeySchema: [
    { AttributeName: hash, KeyType: "HASH" },
    ...(range ? [{ AttributeName: range, KeyType: "RANGE" } as const] : []),
  ],
});

const indexed = (
  base: CreateTableCommandInput,
  index: string,
  hash: string,
  range: string | null,
): CreateTableCommandInput => {
  const { KeySchema, AttributeDefinitions } = table(index, hash, range);
  const all = [...base.AttributeDefinitions!, ...AttributeDefinitions!];
  return {
    ...base,
    AttributeDefinitions: [...new Map(all.map((one) => [one.AttributeName, one])).values()],
    GlobalSecondaryIndexes: [{ IndexName: index, KeySchema, Projection: { ProjectionType: "ALL" } }],
  };
};

const TABLES: readonly CreateTableCommandInput[] = [
  table("sample-conversations", "conversationId", null),
  table("sample-messages", "conversationId", "messageId"),
  indexed(table("sample-inboxes", "userId", "conversationId"), "by-last-message", "userId", "lastMessageAt"),
  indexed(table("sample-connections", "connectionId", null), "by-user", "userId", null),
];
