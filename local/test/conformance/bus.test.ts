import { randomUUID } from "node:crypto";
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { GetParameterCommand, GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect } from "vitest";
import { useCloud } from "./cloud.ts";
import type { Fields, SeenEvent } from "./recorder.ts";
import { row } from "./row.ts";

const cloud = useCloud("services");
let bridge: EventBridgeClient;
let ssm: SSMClient;

beforeAll(() => {
  const { httpUrl } = cloud().cloud;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const region = "us-east-1";
  bridge = new EventBridgeClient({ endpoint: `${httpUrl}/_aws/events`, region, credentials });
  ssm = new SSMClient({ endpoint: `${httpUrl}/_aws/ssm`, region, credentials });
});
afterAll(() => {
  bridge.destroy();
  ssm.destroy();
});

const put = (...Entries: PutEventsRequestEntry[]) => bridge.send(new PutEventsCommand({ Entries }));

const order = (detail: Fields, more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: "orders",
  Source: "shop.till",
  DetailType: "order",
  Detail: JSON.stringify(detail),
  ...more,
});

/** What the clerk got with this mark anywhere in it, in its order. */
const got = (mark: string): readonly Fields[] =>
  cloud()
    .recorder.all(holding(mark))
    .map(({ event }) => event);
const holding =
  (mark: string) =>
  ({ functionName, event }: SeenEvent): boolean =>
    functionName === "Clerk" && JSON.stringify(event).includes(mark);

row("bus.event", async () => {
  const mark = randomUUID();
  const Time = new Date("2026-01-02T03:04:05.678Z");
  const detail = { mark, state: "paid", total: 11 };
  const result = await put(order(detail, { Time, Resources: ["arn:aws:some:thing"] }));
  expect(result.FailedEntryCount).toBe(0);
  const [seen] = await cloud().recorder.until(holding(mark));
  const { accountId, region } = cloud().cloud.model();
  expect(seen?.event).toEqual({
    version: "0",
    id: result.Entries?.[0]?.EventId,
    "detail-type": "order",
    source: "shop.till",
    account: accountId,
    time: "2026-01-02T03:04:05Z",
    region,
    resources: ["arn:aws:some:thing"],
    detail,
  });
});

row("bus.pattern", async () => {
  const mark = randomUUID();
  const detail = { mark, state: "paid", total: 11 };
  await put(
    order({ ...detail, state: "open" }),
    order({ ...detail, total: 10 }),
    order(detail, { Source: "house.till" }),
    order(detail, { EventBusName: "default" }),
    order({ ...detail, last: true }),
  );
  await cloud().recorder.until(holding(mark));
  expect(got(mark).map((event) => event["detail"])).toEqual([{ ...detail, last: true }]);
});

row("bus.default", async () => {
  const mark = randomUUID();
  await put({ Source: "house", DetailType: "door", Detail: JSON.stringify({ mark }) });
  await cloud().recorder.until(holding(mark));
  // The second rule on it is off.
  const fence = randomUUID();
  await put(order({ mark, state: "paid", total: 11, fence }));
  await cloud().recorder.until(holding(fence));
  expect(got(mark).map((event) => event["source"])).toEqual(["house", "shop.till"]);
});

row("bus.targets", async () => {
  const mark = randomUUID();
  await put(order({ mark, state: "paid", total: 11 }));
  const bodies = (): Fields[] =>
    cloud()
      .recorder.all(({ functionName }) => functionName === "Mailbox")
      .flatMap(({ event }) => event["Records"] as Fields[])
      .filter(({ body }) => String(body).includes(mark))
      .map(({ body }) => JSON.parse(String(body)) as Fields);
  // The queue gets the event; the topic wraps it for the same queue.
  await cloud().recorder.when(() => bodies().some(({ detail }) => detail !== undefined), "the event");
  await cloud().recorder.when(() => bodies().some(({ Type }) => Type === "Notification"), "the message");
});

row("bus.input", async () => {
  const mark = randomUUID();
  const inner = { mark, list: [1] };
  const shaped = (DetailType: string) => put(order({ mark, inner }, { Source: "any", DetailType }));
  await shaped("constant");
  await cloud().recorder.until(holding('{"fixed":true}'));
  await shaped("path");
  await shaped("template");
  await cloud().recorder.when(() => got(mark).length >= 2, "both");
  expect(got(mark)).toEqual([inner, { mark, inner, sentence: `${mark} of any` }]);
});

row("bus.refused", async () => {
  const result = await put(
    order({}, { Detail: "{" }),
    order({}, { Detail: undefined }),
    order({}, { EventBusName: "nowhere" }),
    order({}, { Source: "aws.s3" }),
    order({}),
  );
  expect(result.FailedEntryCount).toBe(4);
  expect(result.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    "MalformedDetail",
    "InvalidArgument",
    "ResourceNotFoundException",
    "NotAuthorizedForSourceException",
    undefined,
  ]);
});

row("parameter.get", async () => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/house/color" }));
  expect(Parameter).toMatchObject({ Name: "/house/color", Type: "String", Value: "green", Version: 1 });
  await expect(ssm.send(new GetParameterCommand({ Name: "/house/none" }))).rejects.toMatchObject({
    name: "ParameterNotFound",
  });
});

row("parameter.path", async () => {
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: "/house" }));
  expect(Parameters?.map(({ Name, Type, Value }) => [Name, Type, Value])).toEqual([
    ["/house/color", "String", "green"],
    ["/house/rooms", "StringList", "a,b"],
  ]);
});
