import type { Socket } from "../test/support/events.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { startFunctionStage, type FunctionStage } from "./functions/function-stage.ts";
import { meet, sendEvent } from "./functions/people.ts";

const LIMIT_SEND_CPU_MS = 5;

export const sendCpu: Benchmark = {
  summary: "CPU of a send in the built function, on one core",
  options: { sends: 900 },
  run: async (options) => {
    const stage = await startFunctionStage();
    try {
      const { conversationId, sender } = await meet(stage);
      return await sendFigures(stage, sender, conversationId, option(options, "sends"));
    } finally {
      await stage.stop();
    }
  },
};

async function sendFigures(
  stage: FunctionStage,
  sender: Socket,
  conversationId: string,
  sends: number,
): Promise<Figure[]> {
  const numbers = Array.from({ length: sends }, (_, index) => index);
  const run = async (
    events: readonly unknown[],
  ): Promise<{ acked: number; early: number; cpu: number; ratio: number }> => {
    const [first, ...more] = events;
    const { warmingCpuMs, warmCpuMs, yardstickCpuMs, answers } = await stage.run("websocket", first, more);
    const acked = answers.filter(({ body = "" }) => body.includes('"type":"ack"')).length;
    const cpu = warmCpuMs ?? Number.NaN;
    return { acked, early: warmingCpuMs ?? Number.NaN, cpu, ratio: cpu / yardstickCpuMs };
  };
  const stored = await lastSeq(stage, sender, conversationId);
  const atTail = await run(numbers.map((n) => sendEvent(sender, conversationId, n, stored + n)));
  const without = await run(numbers.map((n) => sendEvent(sender, conversationId, n)));
  const acked = atTail.acked + without.acked;
  return [
    { name: "sends acked", value: acked, bound: exactly(acked, 2 * sends) },
    { name: `CPU a send among the first ${Math.floor((sends - 1) / 3)}`, value: atTail.early, unit: "ms" },
    {
      name: "CPU a send after those, 2 + 2 devices, afterSeq at the tail",
      value: atTail.cpu,
      unit: "ms",
      bound: atMost(atTail.cpu, LIMIT_SEND_CPU_MS),
    },
    { name: "the same in yardsticks of 20 JSON round trips", value: atTail.ratio },
    { name: "CPU a send without afterSeq", value: without.cpu, unit: "ms" },
    { name: "the same in yardsticks of 20 JSON round trips", value: without.ratio },
  ];
}

/** Of the conversation, after one more message. */
async function lastSeq(stage: FunctionStage, sender: Socket, conversationId: string): Promise<number> {
  const { answers } = await stage.run("websocket", sendEvent(sender, conversationId, 0));
  const { data } = JSON.parse(answers[0]?.body ?? "{}") as { data: { message: { seq: number } } };
  return data.message.seq;
}
