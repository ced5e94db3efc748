import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startParley } from "../test/support/start-parley.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { atRate } from "./load/paced.ts";
import { openSocket } from "./load/socket.ts";
import { createDurations, type Durations } from "./measures/durations.ts";
import { synthesizeEcho } from "./overhead/echo-app.ts";

const WARM_UP_SECONDS = 3;

export const overhead: Benchmark = {
  summary: "what gateway and runtime add to a function that answers at once",
  options: { rate: 50, seconds: 20, bound: 5 },
  run: async (options) => {
    const [rate, seconds] = [option(options, "rate"), option(options, "seconds")];
    const outdir = await mkdtemp(join(tmpdir(), "bench-echo-"));
    try {
      synthesizeEcho(outdir);
      const cloud = await startParley({ args: [outdir] });
      try {
        const socket = await openSocket(cloud.wsUrl, undefined);
        const overSocket = await measure(rate, seconds, async () => {
          const answer = await socket.ask({ action: "echo" });
          return Number(answer["handlerMs"]);
        });
        await socket.close();
        const agent = new Agent({ keepAlive: true });
        const overHttp = await measure(rate, seconds, () => getEcho(`${cloud.httpUrl}/echo`, agent));
        agent.destroy();
        const bound = option(options, "bound");
        return [
          ...figuresOf("WebSocket frame", overSocket, bound),
          ...figuresOf("HTTP request", overHttp, bound),
        ];
      } finally {
        await cloud.stop();
      }
    } finally {
      await rm(outdir, { recursive: true, force: true });
    }
  },
};

interface Measured {
  readonly roundTrip: Durations;
  /** Round trip less what the function itself measured from its first line to its last. */
  readonly withoutHandler: Durations;
  readonly failures: string[];
}

/** @param call does one round trip and resolves with the milliseconds the function took */
async function measure(rate: number, seconds: number, call: () => Promise<number>): Promise<Measured> {
  const measured: Measured = {
    roundTrip: createDurations(),
    withoutHandler: createDurations(),
    failures: [],
  };
  await atRate(rate, WARM_UP_SECONDS, async () => {
    await call();
  });
  await atRate(rate, seconds, async () => {
    const begun = performance.now();
    try {
      const handlerMs = await call();
      const ms = performance.now() - begun;
      measured.roundTrip.add(ms);
      measured.withoutHandler.add(ms - handlerMs);
    } catch (error) {
      measured.failures.push((error as Error).message);
    }
  });
  return measured;
}

function figuresOf(what: string, { roundTrip, withoutHandler, failures }: Measured, bound: number): Figure[] {
  const p50 = roundTrip.percentile(0.5);
  return [
    { name: `${what}: round trips`, value: roundTrip.count },
    { name: `${what}: failures`, value: failures.length, bound: exactly(failures.length, 0) },
    { name: `${what}: p50`, value: p50, unit: "ms", bound: atMost(p50, bound) },
    { name: `${what}: p99`, value: roundTrip.percentile(0.99), unit: "ms" },
    { name: `${what}: p50 less the function's own`, value: withoutHandler.percentile(0.5), unit: "ms" },
  ];
}

async function getEcho(url: string, agent: Agent): Promise<number> {
  const outgoing = request(url, { agent });
  outgoing.end();
  const [response] = (await once(outgoing, "response")) as [AsyncIterable<Buffer>];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return (JSON.parse(Buffer.concat(chunks).toString("utf8")) as { handlerMs: number }).handlerMs;
}
