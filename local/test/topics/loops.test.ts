import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { InvokeOptions } from "../../functions/invocation.ts";
import { listenOnLoopback } from "../../serving/loopback-server.ts";
import { answerSns } from "../../topics/sns-protocol.ts";
import { createTopicService } from "../../topics/topic-service.ts";

const TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:news";
const TRACE = "Root=1-5;Lineage=abc:3";

test("what a function publishes belongs to its chain, for functions and queues alike", async () => {
  const invoked: InvokeOptions[] = [];
  const queued: unknown[] = [];
  const subscription = { arn: `${TOPIC_ARN}:1`, filterScope: "MessageAttributes", raw: false } as const;
  const topics = createTopicService({
    model: () => ({
      region: "us-east-1",
      topics: [
        {
          id: "News",
          name: "news",
          arn: TOPIC_ARN,
          subscriptions: [
            { ...subscription, destination: { type: "function", functionId: "Reader" } },
            { ...subscription, destination: { type: "queue", queueArn: "letters" } },
          ],
        },
      ],
    }),
    invoker: {
      invoke: (_functionId, _event, options = {}) => {
        invoked.push(options);
        return Promise.resolve({ type: "ok", payload: null, requestId: "1" });
      },
    },
    findQueue: () => ({ send: (...sent: unknown[]) => queued.push(sent[3]) }) as never,
    track: () => undefined,
  });
  const server = await listenOnLoopback(
    createServer((req, res) => {
      answerSns(topics, req, res).catch(() => res.destroy());
    }),
  );
  onTestFinished(() => server.close());
  const answer = await fetch(`http://127.0.0.1:${server.port}`, {
    method: "POST",
    headers: { "x-amzn-trace-id": TRACE },
    body: new URLSearchParams({ Action: "Publish", TopicArn: TOPIC_ARN, Message: "again" }),
  });
  expect(answer.status).toBe(200);
  expect(invoked).toEqual([{ cause: "topic news", traceHeaders: [TRACE] }]);
  expect(queued).toEqual([TRACE]);
});
