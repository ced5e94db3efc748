import { randomUUID } from "node:crypto";
import { startParley } from "../test/support/start-parley.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { gatherCrowd, type Crowd, type Talk } from "./load/crowd.ts";
import { checkLogs, type Sent } from "./load/message-logs.ts";
import { atRate, withLimit } from "./load/paced.ts";
import { openSocket, type Frame, type LoadSocket } from "./load/socket.ts";
import { cpuByRole, usedSince, type CpuByRole } from "./measures/cpu-by-role.ts";
import { createDurations, type Durations } from "./measures/durations.ts";

/*
 * Over raw sockets: the load shares two cores with what it measures, and the client would add to each send what it
 * does for its user: the outbox, the list, what is shown and kept (figures in load/socket.ts). It would also send one
 * after the other in each conversation, so that a slow ack delays the next send in place of meeting it.
 */

/** Each of this many people talks with each of as many others as the conversations need. */
const CALLERS = 20;
const PROBE_SECONDS = 6;
/** Of the rate asked for, tried from low to high until one is too much. */
const LADDER = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 0.8, 1];
/** A rate is sustained when the median send stays below it: beyond, a queue builds up. */
const SUSTAINED_P50_MS = 250;
const TRIES = 5;

export const sends: Benchmark = {
  summary: "the most sends a second this machine sustains; every acked message exactly once, in one order",
  options: { rate: 500, conversations: 200, seconds: 60 },
  brief: { seconds: 10 },
  run: async (options) => {
    const rate = option(options, "rate");
    const cloud = await startParley({ context: { presenceGraceSeconds: 0 } });
    try {
      const conversations = option(options, "conversations");
      const callees = Math.ceil(conversations / CALLERS);
      const pairs = Array.from(
        { length: conversations },
        (_, index) => [index % CALLERS, CALLERS + Math.floor(index / CALLERS)] as const,
      );
      const crowd = await gatherCrowd(cloud, CALLERS + callees, pairs);
      const devices = await withLimit(10, crowd.people, ({ token }) => openSocket(cloud.wsUrl, token));
      const sent: Sent[] = [];

      const sustained = await climb(rate, crowd, devices, sent);
      const [before, ownBefore] = [cpuByRole(cloud.pid), process.cpuUsage()];
      const main = await send(sustained, option(options, "seconds"), crowd, devices, sent);
      const used = usedSince(before, cpuByRole(cloud.pid));
      const own = process.cpuUsage(ownBefore);
      await Promise.all(devices.map((device) => device.close()));
      const findings = await checkLogs(crowd, sent);
      const cpu = new Map([...used, ["load and clients", (own.user + own.system) / 1e6]]);
      return [...figuresOf(rate, sustained, main, sent, findings), ...cpuFigures(cpu, main.latencies.count)];
    } finally {
      await cloud.stop();
    }
  },
};

interface Run {
  readonly latencies: Durations;
  readonly repeats: number;
  readonly perSecond: number;
}

async function climb(
  rate: number,
  crowd: Crowd,
  devices: readonly LoadSocket[],
  sent: Sent[],
): Promise<number> {
  let sustained = rate * (LADDER[0] ?? 1);
  for (const share of LADDER) {
    const { latencies } = await send(rate * share, PROBE_SECONDS, crowd, devices, sent);
    if (latencies.percentile(0.5) > SUSTAINED_P50_MS) break;
    sustained = rate * share;
  }
  return sustained;
}

async function send(
  rate: number,
  seconds: number,
  { talks }: Crowd,
  devices: readonly LoadSocket[],
  sent: Sent[],
): Promise<Run> {
  const latencies = createDurations();
  const known = lastSeqs(sent);
  let repeats = 0;
  const begun = performance.now();
  await atRate(rate, seconds, async (index) => {
    const talk = talks[index % talks.length] as Talk;
    const sender = talk.people[Math.floor(index / talks.length) % 2] as number;
    const { conversationId } = talk;
    const message: Sent = { conversationId, clientMessageId: randomUUID() };
    sent.push(message);
    const afterSeq = known.get(conversationId) ?? 0;
    const startedAt = performance.now();
    // As a client does: unchanged, until it is acked.
    for (let tries = 1; tries <= TRIES && message.acked === undefined; tries += 1) {
      if (tries > 1) repeats += 1;
      message.acked = await acked(devices[sender] as LoadSocket, message, afterSeq);
    }
    if (message.acked === undefined) return;
    latencies.add(performance.now() - startedAt);
    known.set(conversationId, Math.max(message.acked.seq, known.get(conversationId) ?? 0));
  });
  const perSecond = latencies.count / ((performance.now() - begun) / 1000);
  return { latencies, repeats, perSecond };
}

/** The highest seq acked in each conversation: what a client of it knows. */
function lastSeqs(sent: readonly Sent[]): Map<string, number> {
  const known = new Map<string, number>();
  for (const { conversationId, acked } of sent) {
    if (acked !== undefined) known.set(conversationId, Math.max(acked.seq, known.get(conversationId) ?? 0));
  }
  return known;
}

async function acked(
  device: LoadSocket,
  { conversationId, clientMessageId }: Sent,
  afterSeq: number,
): Promise<Sent["acked"]> {
  const content = `Said as ${clientMessageId}`;
  const action = "send_message";
  try {
    const answer = await device.ask({ action, conversationId, clientMessageId, content, afterSeq });
    if (answer["type"] !== "ack") return undefined;
    const { message } = answer["data"] as { message: Frame };
    return { id: String(message["id"]), seq: Number(message["seq"]) };
  } catch {
    return undefined;
  }
}

function figuresOf(
  asked: number,
  sustained: number,
  { latencies, repeats, perSecond }: Run,
  sent: readonly Sent[],
  { stored, wrong }: { readonly stored: number; readonly wrong: readonly string[] },
): Figure[] {
  const unacked = sent.filter((message) => message.acked === undefined).length;
  return [
    { name: "rate asked for", value: asked, unit: "sends/s" },
    { name: "highest rate probed with a median below 250 ms", value: sustained, unit: "sends/s" },
    { name: "acked in the long run at that rate", value: perSecond, unit: "sends/s" },
    { name: "send to ack, p50", value: latencies.percentile(0.5), unit: "ms" },
    { name: "send to ack, p99", value: latencies.percentile(0.99), unit: "ms" },
    { name: "repeats", value: repeats },
    { name: "messages sent, probes included", value: sent.length },
    { name: "never acked", value: unacked, bound: exactly(unacked, 0) },
    { name: "messages stored", value: stored, bound: atMost(stored, sent.length) },
    { name: "breaches of exactly once and one order", value: wrong.length, bound: exactly(wrong.length, 0) },
    ...wrong.slice(0, 5).map((value) => ({ name: "breach", value })),
  ];
}

/** Guards of the processes use none to speak of. */
const LEAST_SECONDS = 0.05;

const cpuFigures = (cpu: CpuByRole, count: number): Figure[] =>
  [...cpu]
    .filter(([, seconds]) => seconds >= LEAST_SECONDS)
    .map(([role, seconds]) => ({
      name: `CPU a send, ${role}`,
      value: (seconds / count) * 1000,
      unit: "ms",
    }));
