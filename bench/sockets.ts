import { startParley } from "../test/support/start-parley.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { gatherCrowd, type Crowd } from "./load/crowd.ts";
import { atRate, withLimit } from "./load/paced.ts";
import { openSocket, type Frame, type LoadSocket } from "./load/socket.ts";
import { createDurations, type Durations } from "./measures/durations.ts";
import { descendantsOf } from "./measures/processes.ts";
import { followProcess } from "./measures/process-samples.ts";

const PER_USER = 5;
/** Upgrades under way at once: each runs the authorizer and `$connect`. */
const CONNECTS_AT_ONCE = 20;
/** Of twenty frames: the mix of a chat that is mostly quiet. */
const MIX = { ping: 8, typing_start: 6, sync: 4, send_message: 2 } as const;
type Kind = keyof typeof MIX;
const ROUND = Object.entries(MIX).flatMap(([kind, times]) => Array<Kind>(times).fill(kind as Kind));

/** Heap that is due for collection comes and goes within this share. */
const FLAT_SHARE = 0.1;
/** Shorter runs show warming up, not a leak. */
const JUDGED_FROM_SECONDS = 120;

export const sockets: Benchmark = {
  summary: "many open sockets with steady traffic: errors, latencies, memory",
  options: { sockets: 1000, rate: 200, seconds: 120 },
  brief: { seconds: 20 },
  run: async (options) => {
    const seconds = option(options, "seconds");
    const cloud = await startParley({ context: { presenceGraceSeconds: 0 } });
    try {
      const users = Math.max(2, 2 * Math.ceil(option(options, "sockets") / PER_USER / 2));
      const pairs = Array.from({ length: users / 2 }, (_, index) => [2 * index, 2 * index + 1] as const);
      const crowd = await gatherCrowd(cloud, users, pairs);
      const events = { received: 0 };
      const begun = performance.now();
      const devices = await connectAll(cloud.wsUrl, crowd, option(options, "sockets"), events);
      const connectSeconds = (performance.now() - begun) / 1000;

      const everyMs = Math.min(10_000, (seconds * 1000) / 6);
      const helpers = descendantsOf(cloud.pid);
      const samples = followProcess(cloud.pid, everyMs);
      const outcome = await converse(devices, option(options, "rate"), seconds);
      const memory = samples.stop();
      const dropped = devices.filter(({ socket }) => socket.closedBy !== undefined).length;
      const grown = descendantsOf(cloud.pid).length - helpers.length;
      await Promise.all(devices.map(({ socket }) => socket.close()));

      return [
        { name: "sockets held", value: devices.length },
        { name: "connected within", value: connectSeconds, unit: "s" },
        { name: "frames answered", value: outcome.all.count },
        { name: "events received", value: events.received },
        {
          name: "errors and lost sockets",
          value: outcome.errors.length + dropped,
          bound: exactly(outcome.errors.length + dropped, 0),
        },
        ...[...new Set(outcome.errors)].slice(0, 5).map((value) => ({ name: "error", value })),
        ...latencies("all", outcome.all),
        ...[...outcome.byKind].flatMap(([kind, durations]) => latencies(kind, durations)),
        {
          name: `resident memory, each ${Math.round(everyMs / 1000)} s`,
          value: memory.residentMb.map((mb) => mb.toFixed(0)).join(" "),
          unit: "MB",
        },
        growthFigure(memory.growthInSecondHalf, seconds),
        { name: "CPU of the main process", value: memory.cpuShare * 100, unit: "% of a core" },
        { name: "processes more at the end", value: grown },
      ];
    } finally {
      await cloud.stop();
    }
  },
};

function growthFigure(share: number, seconds: number): Figure {
  const figure = { name: "growth over the second half (fitted)", value: share * 100, unit: "%" };
  return seconds < JUDGED_FROM_SECONDS ? figure : { ...figure, bound: atMost(share * 100, FLAT_SHARE * 100) };
}

interface Device {
  readonly socket: LoadSocket;
  readonly talk: KnownTalk;
}

/** A conversation as one device knows it. */
interface KnownTalk {
  readonly conversationId: string;
  lastSeq: number;
}

async function connectAll(
  wsUrl: string,
  { people, talks }: Crowd,
  count: number,
  events: { received: number },
): Promise<Device[]> {
  const talkOf = new Map(
    talks.flatMap(({ conversationId, people: both }) => both.map((one) => [one, conversationId] as const)),
  );
  const numbers = Array.from({ length: count }, (_, index) => index);
  return withLimit(CONNECTS_AT_ONCE, numbers, async (index) => {
    const who = index % people.length;
    const talk: KnownTalk = { conversationId: talkOf.get(who) ?? "", lastSeq: 0 };
    const socket = await openSocket(wsUrl, people[who]?.token, (frame) => {
      events.received += 1;
      if (frame["type"] === "conversation_updated") learn(talk, Number(frame["lastSeq"]));
    });
    return { socket, talk };
  });
}

/** Events may cross. */
function learn(talk: KnownTalk, seq: number): void {
  talk.lastSeq = Math.max(talk.lastSeq, seq);
}

interface Outcome {
  readonly all: Durations;
  readonly byKind: ReadonlyMap<Kind, Durations>;
  readonly errors: string[];
}

async function converse(devices: readonly Device[], rate: number, seconds: number): Promise<Outcome> {
  const all = createDurations();
  const byKind = new Map(Object.keys(MIX).map((kind) => [kind as Kind, createDurations()]));
  const errors: string[] = [];
  await atRate(rate, seconds, async (index) => {
    // Strides that share no factor with the number of devices reach each of them with each kind.
    const device = devices[(index * 7 + Math.floor(index / devices.length)) % devices.length] as Device;
    const kind = ROUND[(index * 3) % ROUND.length] as Kind;
    const begun = performance.now();
    try {
      const answer = await request(device, kind, index);
      if (answer["type"] === "error") errors.push(`${kind}: ${String(answer["code"])}`);
    } catch (error) {
      errors.push(`${kind}: ${(error as Error).message}`);
      return;
    }
    const ms = performance.now() - begun;
    all.add(ms);
    byKind.get(kind)?.add(ms);
  });
  return { all, byKind, errors };
}

/** As a client does that keeps what it has seen: `sync` and sends start from there. */
async function request({ socket, talk }: Device, kind: Kind, index: number): Promise<Frame> {
  const { conversationId, lastSeq: afterSeq } = talk;
  switch (kind) {
    case "ping":
      return socket.ping();
    case "typing_start":
      return socket.ask({ action: kind, conversationId });
    case "sync":
      return socket.ask({ action: kind, conversationId, afterSeq, limit: 10 });
    case "send_message": {
      const content = `Message ${index}`;
      const clientMessageId = `m-${index}`;
      const answer = await socket.ask({ action: kind, conversationId, content, clientMessageId, afterSeq });
      if (answer["type"] === "ack") {
        learn(talk, (answer["data"] as { message: { seq: number } }).message.seq);
      }
      return answer;
    }
  }
}

const latencies = (name: string, durations: Durations): Figure[] =>
  ([0.5, 0.99] as const).map((share) => ({
    name: `${name}, p${share * 100}`,
    value: durations.percentile(share),
    unit: "ms",
  }));
