import { join } from "node:path";
import type { Socket } from "../test/support/events.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { buildByDefault } from "./cold/default-build.ts";
import { deployedNode } from "./cold/deployed-node.ts";
import { pairedStarts } from "./cold/paired-starts.ts";
import { startFunctionStage, type FunctionStage, type Run } from "./functions/function-stage.ts";
import { meet, sendEvent } from "./functions/people.ts";
import { percentileOf } from "./measures/durations.ts";

/** Of the CPU that the default build takes in the same run, on the deployed Node: once warm, a build saves nothing. */
const LIMIT_RATIO = 1.1;
/** On the deployed Node; a machine half as fast misses it. */
const LIMIT_CPU_MS = 5;

export const sendCpu: Benchmark = {
  summary: "CPU of a send in the built function, in pairs with a default build, on one core, on two Nodes",
  options: { sends: 600, pairs: 3 },
  run: async (options) => {
    const node = deployedNode();
    const stage = await startFunctionStage();
    try {
      const byDefault = await buildByDefault(join(stage.workFolder, "defaults"));
      const measured = { stage, ...(await meet(stage)), sends: option(options, "sends") };
      const folders = { ours: stage.bundles.websocket, default: byDefault.websocket };
      const figures: Figure[] = [];
      for (const { label, path, bounded } of [
        { label: node.version, path: node.path, bounded: true },
        { label: `Node ${process.versions.node}`, path: process.execPath, bounded: false },
      ]) {
        const pairs = await pairedStarts(option(options, "pairs"), (build) =>
          send(measured, { codePath: folders[build], node: path }, true),
        );
        const runs = pairs.flatMap(({ ours, byDefault }) => [ours, byDefault]);
        const without = await send(measured, { codePath: folders.ours, node: path }, false);
        const ours = median(pairs.map((pair) => pair.ours.warmCpuMs));
        const ratio = median(
          pairs.map((pair) => (pair.ours.warmCpuMs ?? NaN) / (pair.byDefault.warmCpuMs ?? NaN)),
        );
        const acked = [...runs, without].reduce((sum, run) => sum + ackedIn(run), 0);
        const asked = measured.sends * (runs.length + 1);
        figures.push(
          { name: `${label}: sends acked`, value: acked, bound: exactly(acked, asked) },
          {
            name: `${label}: CPU a send, 2 + 2 devices, afterSeq at the tail`,
            value: ours,
            unit: "ms",
            ...(bounded && { bound: atMost(ours, LIMIT_CPU_MS) }),
          },
          {
            name: `${label}: of the default build's`,
            value: ratio,
            ...(bounded && { bound: atMost(ratio, LIMIT_RATIO) }),
          },
          {
            name: `${label}: in yardsticks of 20 JSON round trips`,
            value: median(pairs.map(({ ours }) => (ours.warmCpuMs ?? NaN) / ours.yardstickCpuMs)),
          },
          {
            name: `${label}: among the first ${Math.floor((measured.sends - 1) / 3)}`,
            value: median(pairs.map(({ ours }) => ours.warmingCpuMs)),
            unit: "ms",
          },
          { name: `${label}: without afterSeq`, value: without.warmCpuMs ?? NaN, unit: "ms" },
        );
      }
      return figures;
    } finally {
      await stage.stop();
    }
  },
};

interface Measured {
  readonly stage: FunctionStage;
  readonly conversationId: string;
  readonly sender: Socket;
  readonly sends: number;
}

/** One fresh process that sends so many, one after the other. */
async function send(
  { stage, conversationId, sender, sends }: Measured,
  where: { readonly codePath: string; readonly node: string },
  atTail: boolean,
): Promise<Run> {
  const stored = await lastSeq(stage, sender, conversationId);
  const [first, ...more] = Array.from({ length: sends }, (_, n) =>
    sendEvent(sender, conversationId, n, atTail ? stored + n : undefined),
  );
  return stage.run("websocket", first, more, where);
}

const ackedIn = ({ answers }: Run): number =>
  answers.filter(({ body = "" }) => body.includes('"type":"ack"')).length;

const median = (values: readonly (number | null)[]): number =>
  percentileOf(
    values.map((value) => value ?? Number.NaN),
    0.5,
  );

/** Of the conversation, after one more message. */
async function lastSeq(stage: FunctionStage, sender: Socket, conversationId: string): Promise<number> {
  const { answers } = await stage.run("websocket", sendEvent(sender, conversationId, 0));
  const { data } = JSON.parse(answers[0]?.body ?? "{}") as { data: { message: { seq: number } } };
  return data.message.seq;
}
