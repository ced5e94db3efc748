import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { connectEvent, httpEvent, messageEvent, newId, type Socket } from "../test/support/events.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import {
  startFunctionStage,
  type FunctionStage,
  type Run,
  type ServedName,
} from "./bundle/function-stage.ts";
import { percentileOf } from "./measures/durations.ts";

const LIMIT_KB = 300;
const LIMIT_COLD_MS = 100;
const LIMIT_SEND_CPU_MS = 5;
const DAY_SECONDS = 86_400;

export const bundle: Benchmark = {
  summary: "bytes of each function, load and first call on one core, CPU of a send",
  options: { starts: 10, sends: 900 },
  run: async (options) => {
    const stage = await startFunctionStage();
    try {
      const { conversationId, sender } = await meet(stage);
      const starts = option(options, "starts");
      return [
        ...stage.functions.map(({ name, codePath }) => sizeFigure(name, bytesIn(codePath) / 1000)),
        ...(await coldFigures(stage, "http", listEvent("ana"), starts)),
        ...(await coldFigures(stage, "admin", introductionEvent("ana"), starts)),
        ...(await coldFigures(stage, "authorizer", stage.upgradeOf("ana"), starts)),
        ...(await coldFigures(stage, "websocket", sendEvent(sender, conversationId, 0), starts)),
        ...(await sendFigures(stage, sender, conversationId, option(options, "sends"))),
      ];
    } finally {
      await stage.stop();
    }
  },
};

const sizeFigure = (name: string, kilobytes: number): Figure => ({
  name: `${name}: size`,
  value: kilobytes,
  unit: "KB",
  bound: atMost(kilobytes, LIMIT_KB),
});

/** Two people with two devices each and a conversation. */
async function meet(stage: FunctionStage): Promise<{ conversationId: string; sender: Socket }> {
  const { answers } = await stage.run("http", listEvent("ana"), [listEvent("ben"), meetEvent("ana", "ben")]);
  const { conversationId } = JSON.parse(answers.at(-1)?.body ?? "{}") as { conversationId: string };
  const devices = ["ana", "ana", "ben", "ben"].map(socketOf);
  const [sender, ...others] = devices as [Socket, ...Socket[]];
  await stage.run(
    "websocket",
    connectEvent(sender),
    others.map((socket) => connectEvent(socket)),
  );
  return { conversationId, sender };
}

/**
 * CPU time is what load and first call take of one core; the clock also counts the database's answers and
 * whatever else the machine does meanwhile, so the bound is on the former.
 */
async function coldFigures(
  stage: FunctionStage,
  name: ServedName,
  event: unknown,
  starts: number,
): Promise<Figure[]> {
  const runs: Run[] = [];
  for (let start = 0; start < starts; start += 1) runs.push(await stage.run(name, event));
  const median = (pick: (run: Run) => number): number => percentileOf(runs.map(pick), 0.5);
  const cpu = median((run) => run.cpuMs);
  return [
    { name: `${name}: load, by the clock`, value: median((run) => run.loadMs), unit: "ms" },
    { name: `${name}: first call, by the clock`, value: median((run) => run.firstCallMs), unit: "ms" },
    { name: `${name}: load and first call, CPU`, value: cpu, unit: "ms", bound: atMost(cpu, LIMIT_COLD_MS) },
  ];
}

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

const claimsOf = (userId: string): Record<string, string> => ({ sub: userId, name: userId });

const listEvent = (userId: string): unknown =>
  httpEvent({ route: "GET /api/conversations", claims: claimsOf(userId) });

const introductionEvent = (userId: string): unknown =>
  httpEvent({
    route: "PUT /api/admin/users",
    claims: { sub: "backoffice", scope: "parley/admin" },
    body: { userId },
  });

const meetEvent = (userId: string, otherUserId: string): unknown =>
  httpEvent({
    route: "POST /api/conversations/find-or-create",
    claims: claimsOf(userId),
    body: { otherUserId },
  });

function socketOf(userId: string): Socket {
  const now = Date.now();
  const context = { tokenExpiresAt: String(Math.floor(now / 1000) + DAY_SECONDS) };
  return { connectionId: newId(), connectedAt: now, userId, context };
}

/** 200 bytes of content, as the figures of docs/data-model.md assume. */
const sendEvent = (sender: Socket, conversationId: string, index: number, afterSeq?: number): unknown =>
  messageEvent(sender, {
    action: "send_message",
    id: String(index),
    conversationId,
    clientMessageId: newId(),
    content: `Message ${index} `.padEnd(200, "x"),
    ...(afterSeq === undefined ? {} : { afterSeq }),
  });

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
