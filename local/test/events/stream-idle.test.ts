import { afterEach, expect, test } from "vitest";
import { createEventSources, type EventSources } from "../../events/event-sources.ts";
import { createQueueService } from "../../events/queue-service.ts";
import { startLocalServer, type LocalServer } from "../support/local-server.ts";
import { until } from "../support/pace.ts";
import { ACCOUNT, eventModel, fakeInvoker, logKept, streamSource, TABLE } from "./event-fixture.ts";

let server: LocalServer | undefined;
let sources: EventSources | undefined;
afterEach(async () => {
  await sources?.close();
  await server?.close();
});

test("a stream on which nothing comes is looked at less and less, down to once a second", async () => {
  const looks: number[] = [];
  server = await startLocalServer(({ headers }, _body, response) => {
    const operation = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    if (operation === "GetRecords") looks.push(performance.now());
    response
      .setHeader("content-type", "application/x-amz-json-1.0")
      .end(JSON.stringify(EMPTY_STREAM[operation]));
  });
  const app = eventModel({ tables: [TABLE], eventSources: [streamSource()] });
  const queues = createQueueService({
    queues: [],
    accountId: ACCOUNT,
    dataDir: null,
    onFailure: () => undefined,
  });
  const given = { model: app, databaseUrl: server.url, queues, invoker: fakeInvoker().invoker };
  sources = createEventSources({ ...given, dataDir: null, log: logKept().log });
  await sources.start();
  await until(() => looks.length >= 8, "eight looks");
  const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
  expect(gaps[0]).toBeLessThan(500);
  expect(gaps[6]).toBeGreaterThan(900);
});

const EMPTY_STREAM: Readonly<Record<string, unknown>> = {
  DescribeTable: { Table: { LatestStreamArn: "arn:aws:dynamodb:local:0:table/items/stream/1" } },
  DescribeStream: { StreamDescription: { Shards: [{ ShardId: "shard-1" }] } },
  GetShardIterator: { ShardIterator: "iterator" },
  GetRecords: { Records: [], NextShardIterator: "iterator" },
};
