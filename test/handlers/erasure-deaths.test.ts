import { expect, it } from "vitest";
import { composeWorker } from "../../lambdas/runtime/composition.ts";
import { readEnvironment } from "../../lambdas/runtime/env.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { createWorker } from "../../lambdas/worker/handler.ts";
import type { ErasureJob } from "../../lambdas/protocol/http-answers.ts";
import { dyingClient } from "../support/dying-client.ts";
import { sqsEvent } from "../support/events.ts";
import { seedWriter } from "../support/seed-writer.ts";
import { wholeTable } from "../support/whole-table.ts";
import { deployment, handlers, person } from "./entry-points.ts";

/** Longer than a lease: the queue brings a message back after six minutes. */
const BROUGHT_BACK_MS = 6 * 60_000;
const SECRET = "nobody shall find this";

it.each([
  ["before", "delete", 29],
  ["after", "delete", 40],
  ["after", "keep", 75],
] as const)(
  "a worker that dies %s a call, again and again, erases in the end (%s)",
  async (when, messages, step) => {
    const userId = `dies-${when}-${messages}`;
    const ids = await seedWriter(deployment.table, userId, {
      conversations: 3,
      messages: 60,
      content: SECRET,
    });
    const admin = person({ scope: "parley/admin" });
    const body = { userId, messages };
    const { jobId } = (await admin.http({ route: "POST /api/admin/users/erase", body })).body as ErasureJob;
    const task = deployment.queue.take().find((queued) => queued.task.type === "erase")!.task;
    deployment.passTime(95_000);
    let deaths = 0;
    // Each lives twice as long as the one before.
    for (let nth = step; ; nth *= 2) {
      const documentClient = dyingClient(deployment.table.client, nth, when);
      const worker = createWorker(composeWorker(readEnvironment("worker"), { documentClient }));
      const outcome = await worker(sqsEvent([JSON.stringify(task)]));
      if (outcome?.batchItemFailures.length === 0) break;
      deaths += 1;
      deployment.passTime(BROUGHT_BACK_MS);
    }
    expect(deaths).toBeGreaterThan(2);
    for (const { task: next } of deployment.queue.take())
      await handlers.worker(sqsEvent([JSON.stringify(next)]));
    const job = await admin.http({ route: "GET /api/admin/jobs/{jobId}", path: { jobId } });
    expect(job.body).toMatchObject({ state: "done", counts: { conversations: 3 } });
    const left = (await wholeTable(deployment.table)).filter((item) => item.includes(userId));
    expect(left).toEqual([]);
    for (const id of ids) {
      const log = await createMessageStore(deployment.table).listAfter(id, 0, 100, "strong");
      expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
      expect(new Set(log.map(({ content }) => content))).toEqual(
        new Set([messages === "keep" ? SECRET : ""]),
      );
      expect(log.every(({ rev }) => rev > 0)).toBe(true);
    }
  },
);
