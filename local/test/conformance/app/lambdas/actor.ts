import { getHeapStatistics } from "node:v8";
import type { Script } from "../../script.ts";

type Fields = Record<string, unknown>;
interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  getRemainingTimeInMillis(): number;
}

const LARGE = 100_000;
/** Tells one process of a function from another, and how much it has been used. */
const processMark = `${process.pid}-${process.hrtime.bigint()}`;
let invocations = 0;

/**
 * One handler for every role: it prints what it was called with and then does what the test's script, carried
 * by the event itself, says.
 */
export const handler = async (event: Fields, context: LambdaContext): Promise<unknown> => {
  invocations += 1;
  print(event);
  await sendAgain(event);
  const script = scriptOf(event);
  if (script.gate !== undefined) await (await fetch(script.gate)).text();
  for (const line of script.log ?? []) console.log(line);
  if (script.exit !== undefined) process.exit(script.exit);
  if (script.hang === true) await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  if (script.allocateMb !== undefined) allocate(script.allocateMb);
  if (script.throws !== undefined) throw named(script.throws.name ?? "Error", script.throws.message);
  if (script.fill !== undefined) return { statusCode: 200, body: "x".repeat(script.fill) };
  if (script.answer !== undefined) return script.answer === "nothing" ? undefined : script.answer;
  if (script.fetch !== undefined) return fetched(script.fetch);
  if (script.put !== undefined) return put(script.put);
  if (script.report === "self") return self(context);
  return standardAnswer(event);
};

/** The authorizer: allows whom `X-User` names, unless the script in `X-Auth` says otherwise. */
export const gatekeeper = (event: Fields): unknown => {
  print(event);
  const script = JSON.parse(headerOf(event, "x-auth") ?? "{}") as Script;
  if (script.throws !== undefined) throw named(script.throws.name ?? "Error", script.throws.message);
  if (script.answer !== undefined)
    return script.answer === "nothing" ? undefined : fill(script.answer, event);
  return {
    principalId: headerOf(event, "x-user") ?? "nobody",
    context: { team: "blue", level: 3, admin: true },
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: event["methodArn"] }],
    },
  };
};

function print(event: Fields): void {
  const { body } = event;
  const shown = typeof body === "string" && body.length > LARGE ? { ...event, body: body.length } : event;
  console.log(`EVENT ${JSON.stringify(shown)}`);
}

function scriptOf(event: Fields): Script {
  const records = event["Records"] as Fields[] | undefined;
  // Where a body is no note of a test's, there is nothing to be done.
  if (
    records?.some(({ Sns, eventSourceARN }) => Sns !== undefined || /letters$/.test(String(eventSourceARN)))
  )
    return {};
  if (records !== undefined) return recordsScript(records);
  const { eventType, authorizer } = (event["requestContext"] ?? {}) as {
    eventType?: string;
    authorizer?: { principalId?: string };
  };
  const principal = authorizer?.principalId ?? "";
  // Nothing but the principal reaches a DISCONNECT event.
  if (eventType === "DISCONNECT") return principal.startsWith("{") ? (JSON.parse(principal) as Script) : {};
  const header = headerOf(event, "x-script");
  if (header !== undefined) return JSON.parse(header) as Script;
  if (typeof event["body"] !== "string") return {};
  try {
    return ((JSON.parse(event["body"]) as Fields | null)?.["script"] as Script | undefined) ?? {};
  } catch {
    return {};
  }
}

/** A message with `again` above 0 goes back to the queue it came from, with one less. */
async function sendAgain(event: Fields): Promise<void> {
  const notes = ((event["Records"] as Fields[] | undefined) ?? []).filter(({ body }) => body !== undefined);
  for (const { body, eventSourceARN } of notes) {
    const { again = 0, ...note } = parsed(body) as { again?: number };
    if (again <= 0) continue;
    const { GetQueueUrlCommand, SendMessageCommand, SQSClient } = await import("@aws-sdk/client-sqs");
    const sqs = new SQSClient({});
    const QueueName = String(eventSourceARN).split(":").at(-1);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const MessageBody = JSON.stringify({ ...note, again: again - 1 });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
}

/** Of a batch: the ones named `poison` fail it, and `report` names them as failed items. */
function recordsScript(records: readonly Fields[]): Script {
  const failures: string[] = [];
  for (const record of records) {
    const dynamodb = record["dynamodb"] as { NewImage?: Fields; SequenceNumber: string } | undefined;
    const note = dynamodb === undefined ? parsed(record["body"]) : plain(dynamodb.NewImage);
    if (note["fails"] === "always") return { throws: { message: "poison" } };
    const id = dynamodb?.SequenceNumber ?? String(record["messageId"]);
    const receives = Number((record["attributes"] as Fields | undefined)?.["ApproximateReceiveCount"] ?? 1);
    if (note["fails"] === "once" && receives === 1 && !failedBefore.has(id)) {
      failedBefore.add(id);
      return { throws: { message: "not yet" } };
    }
    if (note["fails"] === "reported" && !failedBefore.has(id)) {
      failedBefore.add(id);
      failures.push(id);
    }
  }
  return { answer: { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) } };
}
const failedBefore = new Set<string>();

function parsed(body: unknown): Fields {
  return JSON.parse(String(body)) as Fields;
}

function plain(image: Fields = {}): Fields {
  return Object.fromEntries(
    Object.entries(image).map(([name, value]) => [name, (value as { S?: string }).S]),
  );
}

function standardAnswer(event: Fields): unknown {
  if (event["version"] === "2.0") return event;
  if (event["resource"] !== undefined) return { statusCode: 200, body: JSON.stringify(event) };
  const context = event["requestContext"] as { routeKey?: string } | undefined;
  return { statusCode: 200, body: JSON.stringify({ route: context?.routeKey }) };
}

async function fetched({ url, ...init }: NonNullable<Script["fetch"]>): Promise<unknown> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
}

async function put(TableName: string): Promise<unknown> {
  const { DynamoDBClient, PutItemCommand } = await import("@aws-sdk/client-dynamodb");
  const client = new DynamoDBClient({});
  const Item = { pk: { S: "written" }, sk: { S: "0" } };
  try {
    const { $metadata } = await client.send(new PutItemCommand({ TableName, Item }));
    return { status: $metadata.httpStatusCode };
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
}

function self(context: LambdaContext): unknown {
  return {
    processMark,
    invocations,
    environment: process.env,
    heapLimitMb: getHeapStatistics().heap_size_limit / 1024 / 1024,
    context: {
      awsRequestId: context.awsRequestId,
      functionName: context.functionName,
      invokedFunctionArn: context.invokedFunctionArn,
      memoryLimitInMB: context.memoryLimitInMB,
      remainingMs: context.getRemainingTimeInMillis(),
    },
  };
}

function allocate(megabytes: number): void {
  const held: number[][] = [];
  for (let count = 0; count < megabytes; count += 1) held.push(new Array<number>(131_072).fill(count + 0.5));
  if (held.length !== megabytes) throw new Error("unreachable");
}

/** `METHOD_ARN` in a script's answer stands for the event's own. */
function fill(answer: unknown, event: Fields): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll("METHOD_ARN", String(event["methodArn"]))) as unknown;
}

function headerOf(event: Fields, name: string): string | undefined {
  const headers = Object.entries((event["headers"] as Record<string, string> | undefined) ?? {});
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
