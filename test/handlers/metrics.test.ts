import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import { streamEvent } from "../support/events.ts";
import { loadEntryPoints, type Handlers } from "../support/handlers.ts";
import { readStream } from "../support/read-stream.ts";
import { Person } from "./person.ts";

let deployment: Deployment;
let handlers: Handlers;
beforeAll(async () => {
  deployment = await deploy({ METRICS_STAGE: "prod" });
  handlers = await loadEntryPoints();
});
afterAll(() => deployment.stop());

const person = () => new Person(deployment, () => handlers);

it("the functions write what they have counted as their invocations end", async () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  const [alice, bob] = [person(), person()];
  const device = await alice.connect();
  await bob.connect();
  const conversationId = await alice.conversationWith(bob);
  deployment.passTime(120_000);
  await device.act("send_message", { conversationId, content: "x" });
  await alice.http({ route: "GET /api/users", query: { userId: "nobody" } });
  const online = await readStream(
    deployment.table,
    ({ dynamodb }) =>
      dynamodb?.Keys?.["pk"]?.S === `U#${alice.id}` && dynamodb.NewImage?.["state"]?.S === "on",
    1,
  );
  await handlers.worker(streamEvent(online));

  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { Stage: "prod", WentOnline: 1 },
    // Counted before the pause, and written before what came after it.
    { Stage: "prod", WentOnline: 1 },
    { Stage: "prod", Sends: 1, PushesDelivered: 1, FanOutTime: { Count: 1 } },
    { Stage: "prod", RefusedNotFound: 1 },
    { Stage: "prod", PushesDelivered: 1 },
  ]);
});
