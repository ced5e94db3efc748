import { composeWorker } from "../lambdas/runtime/composition.ts";
import { readEnvironment } from "../lambdas/runtime/env.ts";
import type { ErasureJob } from "../lambdas/protocol/http-answers.ts";
import { createWorker } from "../lambdas/worker/handler.ts";
import { Person } from "../test/handlers/person.ts";
import { deploy } from "../test/support/deployment.ts";
import { dyingClient } from "../test/support/dying-client.ts";
import { sqsEvent } from "../test/support/events.ts";
import { composeMetered } from "../test/support/handlers.ts";
import { seedWriter } from "../test/support/seed-writer.ts";
import { wholeTable } from "../test/support/whole-table.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";

const CONTENT = "x".repeat(200);
const USER = "somebody-to-be-erased";
const BROUGHT_BACK_MS = 6 * 60_000;
/** Two for each message, its change and itself; the rest is what each conversation takes, spread over its messages. */
const WRITES_A_MESSAGE = 2.6;
const READS_A_MESSAGE = 4;

export const erasure: Benchmark = {
  summary:
    "one user of many messages exported, then erased by a worker that is killed meanwhile: time and units",
  options: { messages: 10_000, conversations: 200, kills: 3 },
  run: async (options) => {
    const [messages, conversations] = [option(options, "messages"), option(options, "conversations")];
    const deployment = await deploy();
    const { table, queue } = deployment;
    const { meter } = table;
    try {
      const handlers = composeMetered(table);
      const admin = new Person(deployment, () => handlers, { scope: "parley/admin" });
      const each = Math.ceil(messages / conversations);
      const ids = await seedWriter(table, USER, { conversations, messages: each, content: CONTENT });
      const written = ids.length * each;

      meter.reset();
      let from = performance.now();
      const exported = await exportAll(admin);
      const figures: Figure[] = [
        { name: "exported messages", value: exported.messages, bound: exactly(exported.messages, written) },
        { name: "export, requests", value: exported.pages },
        { name: "export, time", value: Math.round(performance.now() - from), unit: "ms" },
        { name: "export, RRU a message", value: Number((meter.readUnits / written).toFixed(2)) },
      ];

      meter.reset();
      from = performance.now();
      const body = { userId: USER, messages: "delete" };
      const { jobId } = (await admin.http({ route: "POST /api/admin/users/erase", body })).body as ErasureJob;
      deployment.passTime(95_000);
      let tasks = queue.take().map(({ task }) => JSON.stringify(task));
      let steps = 0;
      for (let kills = option(options, "kills"); tasks.length > 0; steps += 1) {
        const dies = kills > 0;
        kills -= 1;
        const worker = dies
          ? createWorker(
              composeWorker(readEnvironment("worker"), {
                documentClient: dyingClient(table.client, Math.ceil((messages / 10) * (steps + 1)), "after"),
              }),
            )
          : handlers.worker;
        const outcome = await worker(sqsEvent(tasks));
        const failed = (outcome?.batchItemFailures.length ?? 0) > 0;
        if (failed) deployment.passTime(BROUGHT_BACK_MS);
        else tasks = [];
        tasks.push(...queue.take().map(({ task }) => JSON.stringify(task)));
      }
      const ms = performance.now() - from;
      const { writeUnits, readUnits } = meter;
      const job = (await admin.http({ route: "GET /api/admin/jobs/{jobId}", path: { jobId } }))
        .body as ErasureJob;
      const left = (await wholeTable(table)).filter((item) => item.includes(USER) || item.includes(CONTENT));
      const [writes, reads] = [writeUnits / written, readUnits / written].map((one) =>
        Number(one.toFixed(2)),
      ) as [number, number];
      return [
        ...figures,
        { name: "erased messages", value: job.counts.messages },
        {
          name: "conversations",
          value: job.counts.conversations,
          bound: exactly(job.counts.conversations, ids.length),
        },
        { name: "steps of the worker, killed ones too", value: steps },
        { name: "erasure, time", value: Math.round(ms / 1000), unit: "s" },
        { name: "erasure, WRU a message", value: writes, bound: atMost(writes, WRITES_A_MESSAGE) },
        { name: "erasure, RRU a message", value: reads, bound: atMost(reads, READS_A_MESSAGE) },
        { name: "items that still tell of them", value: left.length, bound: exactly(left.length, 0) },
      ];
    } finally {
      await deployment.stop();
    }
  },
};

async function exportAll(admin: Person): Promise<{ readonly messages: number; readonly pages: number }> {
  let [messages, pages] = [0, 0];
  for (let cursor: string | null = ""; cursor !== null; pages += 1) {
    const query = { userId: USER, cursor };
    const { status, body } = await admin.http({ route: "GET /api/admin/users/export", query });
    if (status !== 200) throw new Error(`The export was answered with ${status}.`);
    const lines = body as { readonly kind: string; readonly nextCursor?: string | null }[];
    messages += lines.filter(({ kind }) => kind === "message").length;
    cursor = lines.at(-1)?.nextCursor ?? null;
  }
  return { messages, pages };
}
