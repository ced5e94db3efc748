import { build, type Plugin } from "esbuild";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as DynamoDb from "@aws-sdk/client-dynamodb";
import type * as Sqs from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutSdk } from "../../lib/bundling/cut-sdk.ts";
import { SDK_CUTS } from "../../lib/bundling/sdk-cuts.ts";

/** What the SDK does in a function, cut and whole: it must be the same. */

const ROOT = join(import.meta.dirname, "../..");
const ENTRY = `
  export { DynamoDBClient, GetItemCommand, ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
  export { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";`;
const ONE_RETRY = {
  region: "eu-west-1",
  maxAttempts: 2,
  credentials: { accessKeyId: "id", secretAccessKey: "secret" },
};

type Sdk = Pick<typeof DynamoDb, "DynamoDBClient" | "GetItemCommand" | "ConditionalCheckFailedException"> &
  Pick<typeof Sqs, "SQSClient" | "SendMessageCommand">;

const folder = mkdtempSync(join(tmpdir(), "parley-cut-sdk-"));

async function bundled(name: string, plugins: readonly Plugin[]): Promise<Sdk> {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    stdin: { contents: ENTRY, resolveDir: ROOT },
    absWorkingDir: ROOT,
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    plugins: [...plugins],
    logLevel: "silent",
  });
  return createRequire(import.meta.url)(outfile) as Sdk;
}

/** Answers each request with the error that its path names, and remembers its headers. */
function startRefusingServer(): Server & { readonly met: IncomingHttpHeaders[] } {
  const met: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    met.push(request.headers);
    const [, status = "", code = ""] = (request.url ?? "").split("/");
    request.resume().on("end", () => {
      response.writeHead(Number(status), { "content-type": "application/x-amz-json-1.0" });
      response.end(
        JSON.stringify({ __type: `com.amazonaws.any#${code}`, message: "No.", Item: { pk: { S: "x" } } }),
      );
    });
  });
  return Object.assign(server, { met });
}

let cut: Sdk;
let whole: Sdk;
const server = startRefusingServer();
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  [cut, whole] = await Promise.all([
    bundled("cut", [cutSdk]),
    bundled("whole", []),
    once(server, "listening"),
  ]);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const endpointOf = (error: string): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/${error}`;

/** What a caller, the log and the SDK's own retries see of an error. */
async function outcomeOf(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => null,
    (cause: unknown) => cause as Error & { $fault?: string; $metadata?: object; Item?: object },
  );
  if (error === null) throw new Error("The call has succeeded.");
  const { name, message, $fault, $metadata, Item } = error;
  return { name, message, $fault, $metadata: { ...$metadata, totalRetryDelay: undefined }, Item };
}

const getItem = (sdk: Sdk, error: string): Promise<unknown> =>
  new sdk.DynamoDBClient({ ...ONE_RETRY, endpoint: endpointOf(error) }).send(
    new sdk.GetItemCommand({ TableName: "t", Key: { pk: { S: "x" } } }),
  );

const sendMessage = (sdk: Sdk, error: string): Promise<unknown> =>
  new sdk.SQSClient({ ...ONE_RETRY, endpoint: endpointOf(error), useQueueUrlAsEndpoint: false }).send(
    new sdk.SendMessageCommand({ QueueUrl: "https://127.0.0.1/0/q", MessageBody: "x" }),
  );

describe("the SDK without what no function needs", () => {
  it.each([
    ["400/ProvisionedThroughputExceededException", 2],
    ["400/ThrottlingException", 2],
    ["400/RequestLimitExceeded", 2],
    ["400/ReplicatedWriteConflictException", 2],
    ["400/TransactionInProgressException", 2],
    ["500/InternalServerError", 2],
    ["503/ServiceUnavailable", 2],
    ["400/ResourceNotFoundException", 1],
    ["400/ValidationException", 1],
    ["400/ItemCollectionSizeLimitExceededException", 1],
  ])("tells the table's %s, and asks %i times, as whole", async (error, attempts) => {
    const [ours, theirs] = await Promise.all([cut, whole].map((sdk) => outcomeOf(getItem(sdk, error))));
    expect(ours).toMatchObject({ name: error.slice(4), message: "No.", $metadata: { attempts } });
    expect({ ...ours, Item: undefined }).toEqual({ ...theirs, Item: undefined });
  });

  it.each([
    ["400/RequestThrottled", 2],
    ["400/KmsThrottled", 1],
    ["400/OverLimit", 1],
    ["400/QueueDoesNotExist", 1],
    ["500/InternalFailure", 2],
  ])("tells the queue's %s, and asks %i times, as whole", async (error, attempts) => {
    const [ours, theirs] = await Promise.all([cut, whole].map((sdk) => outcomeOf(sendMessage(sdk, error))));
    expect(ours).toMatchObject({ name: error.slice(4), $metadata: { attempts } });
    expect({ ...ours, Item: undefined }).toEqual({ ...theirs, Item: undefined });
  });

  it("knows a condition that has failed, with the item that was there", async () => {
    const error = await getItem(cut, "400/ConditionalCheckFailedException").catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(cut.ConditionalCheckFailedException);
    expect(error).toMatchObject({ Item: { pk: { S: "x" } } });
  });

  it("says in its requests which release it is", async () => {
    const agentOf = async (sdk: Sdk): Promise<string | undefined> => {
      server.met.length = 0;
      await getItem(sdk, "400/ValidationException").catch(() => null);
      return server.met[0]?.["x-amz-user-agent"] as string | undefined;
    };
    const ours = await agentOf(cut);
    expect(ours).toMatch(/aws-sdk-js\/3\.\d+\.\d+/);
    expect(ours).toBe(await agentOf(whole));
  });

  it.each([
    "eu-west-1",
    "us-gov-west-1",
    "cn-north-1",
    "us-iso-east-1",
    "eusc-de-east-1",
    "aws-cn-global",
    "xx-new-1",
  ])("finds the endpoints of %s as whole", (region) => {
    const endpointsOf = (sdk: Sdk): readonly string[] => {
      const [table, queue] = [new sdk.DynamoDBClient({ region }), new sdk.SQSClient({ region })];
      const found = [false, true].flatMap((UseDualStack) => [
        table.config.endpointProvider({ Region: region, UseDualStack, UseFIPS: false }),
        queue.config.endpointProvider({ Region: region, UseDualStack, UseFIPS: false }),
      ]);
      return found.map((endpoint) => endpoint.url.href);
    };
    const ours = endpointsOf(cut);
    expect(ours).toHaveLength(4);
    expect(ours).toEqual(endpointsOf(whole));
  });
});

describe("cuts of the SDK", () => {
  it.each(SDK_CUTS)("refuse a file that is not what they were made for: $file", ({ cut: apply }) => {
    expect(() => apply("export const other = 1;")).toThrow();
  });

  it("fail the build when a file is not met", async () => {
    const outcome = build({
      stdin: { contents: "export {};", resolveDir: ROOT },
      bundle: true,
      write: false,
      plugins: [cutSdk],
      logLevel: "silent",
    });
    await expect(outcome).rejects.toThrow("The SDK has no file");
  });

  it("fail the build of code that asks for an error which is cut", async () => {
    const outcome = build({
      stdin: {
        contents: `import { BackupInUseException } from "@aws-sdk/client-dynamodb"; console.log(BackupInUseException);`,
        resolveDir: ROOT,
      },
      bundle: true,
      write: false,
      platform: "node",
      mainFields: ["module", "main"],
      plugins: [cutSdk],
      logLevel: "silent",
    });
    await expect(outcome).rejects.toThrow('No matching export in "node_modules/@aws-sdk/client-dynamodb');
  });
});
