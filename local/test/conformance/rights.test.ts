import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import type { FunctionModel } from "../../assembly/model.ts";
import { accessKeyOf } from "../../rights/access-keys.ts";
import { useCloud } from "./cloud.ts";
import { row } from "./row.ts";

const cloud = useCloud();

const functionNamed = (name: string): FunctionModel => {
  const found = cloud()
    .cloud.model()
    .functions.find((fn) => fn.name === name);
  if (found === undefined) throw new Error(`There is no function ${name}.`);
  return found;
};
/** As the function's own SDK is configured. */
const credentialsOf = (name: string) => ({
  accessKeyId: accessKeyOf(functionNamed(name).arn),
  secretAccessKey: "local",
});
const principal = (name: string): string => {
  const { arn, role } = functionNamed(name);
  return `arn:aws:sts::${arn.split(":")[4] ?? ""}:assumed-role/${role?.name ?? ""}/${arn.split(":")[6] ?? ""}`;
};
const queuesAs = (accessKeyId: string): SQSClient =>
  new SQSClient({
    endpoint: cloud().cloud.queueUrl,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: "local" },
  });
const failureOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "It succeeded.",
    (error: unknown) => error,
  );
const urlOf = async (sqs: SQSClient, QueueName: string): Promise<string> =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";

row("rights.role", async () => {
  const looper = queuesAs(credentialsOf("Looper").accessKeyId);
  const tool = queuesAs("local");
  const looping = await urlOf(looper, "looping");
  await looper.send(new SendMessageCommand({ QueueUrl: looping, MessageBody: "{}" }));
  const QueueUrl = await urlOf(tool, "given-up");
  const refused = await failureOf(looper.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" })));
  expect(refused).toMatchObject({ name: "AccessDenied" });
  // Whoever is no function is a tool of this machine.
  await tool.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
  looper.destroy();
  tool.destroy();
});

row("rights.database", async () => {
  const answer = await cloud().call("/actor", { put: "items" });
  const { arn } = cloud().cloud.model().tables[0] ?? { arn: "" };
  expect(await answer.json()).toEqual({
    name: "AccessDeniedException",
    status: 400,
    message: `User: ${principal("Actor")} is not authorized to perform: dynamodb:PutItem on resource: ${arn} because no identity-based policy allows the dynamodb:PutItem action`,
  });
});

row("rights.queue", async () => {
  const actor = queuesAs(credentialsOf("Actor").accessKeyId);
  const tool = queuesAs("local");
  const QueueUrl = await urlOf(tool, "given-up");
  const { arn } = cloud()
    .cloud.model()
    .queues.find(({ name }) => name === "given-up") ?? { arn: "" };
  const message = `User: ${principal("Actor")} is not authorized to perform: sqs:sendmessage on resource: ${arn} because no identity-based policy allows the sqs:sendmessage action`;
  const refusal = { name: "AccessDenied", message, $metadata: { httpStatusCode: 403 } };
  const Entries = [{ Id: "0", MessageBody: "{}" }];
  for (const call of [
    actor.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" })),
    actor.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
  ]) {
    expect(await failureOf(call)).toMatchObject(refusal);
  }
  actor.destroy();
  tool.destroy();
});

row("rights.management", async () => {
  const { connectionId } = await cloud().connect();
  const sdk = new ApiGatewayManagementApiClient({
    endpoint: cloud().cloud.managementUrl,
    region: "us-east-1",
    credentials: credentialsOf("Ticker"),
  });
  const post = new PostToConnectionCommand({ ConnectionId: connectionId, Data: "x" });
  const { region, accountId, webSocketApis } = cloud().cloud.model();
  const [api] = webSocketApis;
  const hidden = `********${accountId.slice(-4)}`;
  const resource = `arn:aws:execute-api:${region}:${hidden}:${api?.apiId ?? ""}/${api?.stage ?? ""}/POST/@connections/{connectionId}`;
  expect(await failureOf(sdk.send(post))).toMatchObject({
    name: "AccessDeniedException",
    message: `User: ${principal("Ticker")} is not authorized to perform: execute-api:ManageConnections on resource: ${resource}`,
    $metadata: { httpStatusCode: 403 },
  });
  sdk.destroy();
});

row("rights.source", async () => {
  const { recorder } = cloud();
  const tool = queuesAs("local");
  const [closed, plain] = await Promise.all([urlOf(tool, "closed"), urlOf(tool, "plain")]);
  await tool.send(new SendMessageCommand({ QueueUrl: closed, MessageBody: "{}" }));
  const MessageBody = JSON.stringify({ note: "fence of rights.source" });
  await tool.send(new SendMessageCommand({ QueueUrl: plain, MessageBody }));
  await recorder.until(({ event }) => JSON.stringify(event).includes("fence of rights.source"));
  const AttributeNames = ["ApproximateNumberOfMessages" as const];
  const { Attributes } = await tool.send(new GetQueueAttributesCommand({ QueueUrl: closed, AttributeNames }));
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: "1" });
  tool.destroy();
});
