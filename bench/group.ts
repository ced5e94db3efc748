import { startParley, type RunningCloud } from "../test/support/start-parley.ts";
import { atMost, exactly, option, type Benchmark, type Figure } from "./benchmark.ts";
import { dollarsAMillion, PRICES } from "./costs/prices.ts";
import { gatherGroup, type Device, type Group } from "./group/gather-group.ts";
import { spentDuring, type Spent } from "./group/invocations.ts";
import { lastHeard, wrongsOf, type Wrongs } from "./group/receipts.ts";
import { atRate } from "./load/paced.ts";
import { createDurations, type Durations } from "./measures/durations.ts";

const CONTENT = "x".repeat(200);
/** Longer than the worker tries to push to one that hangs. */
const HEARD_WITHIN_MS = 15_000;
/** As good as for ever. */
const HANGS_MS = 600_000;
/** What an answer may wait for pushes. */
const PATIENCE_MS = 500;

export const group: Benchmark = {
  summary: "a large group: acks, the last push, what a message costs; and with one recipient that hangs",
  options: { members: 1_000, online: 300, devices: 2, messages: 30, rate: 1, seconds: 15 },
  run: async (options) => {
    const cloud = await startParley({
      context: { presenceGraceSeconds: 0, maxGroupMembers: Math.max(2, option(options, "members")) },
    });
    try {
      const begun = performance.now();
      const everybody = await gatherGroup(cloud, {
        members: option(options, "members"),
        online: option(options, "online"),
        devices: option(options, "devices"),
      });
      const gatheredSeconds = (performance.now() - begun) / 1000;
      const messages = option(options, "messages");
      const talk = new Talk(everybody);
      // What starts only once, processes and what they remember, is not what is measured.
      await talk.inTurn(5);

      let inTurn: Run | undefined;
      const spent = await spentDuring(cloud, async () => {
        inTurn = await talk.inTurn(messages);
        return messages;
      });
      const paced = await talk.atRate(option(options, "rate"), option(options, "seconds"));
      const struck = everybody.devices.at(-1)!;
      await hang(cloud, struck, option(options, "devices"));
      const beside = await talk.inTurn(messages, struck);
      await tellFaults(cloud, "DELETE");
      await Promise.all(everybody.devices.map(({ socket }) => socket.close()));
      return [
        { name: "members, connections", value: `${everybody.members}, ${everybody.devices.length}` },
        { name: "gathered within", value: gatheredSeconds, unit: "s" },
        ...figuresOf("one after the other", inTurn!),
        ...figuresOf(`${option(options, "rate")} a second`, paced),
        ...figuresOf("beside one that hangs", beside),
        ...patienceOf(inTurn!, beside),
        ...billOf(spent),
      ];
    } finally {
      await cloud.stop();
    }
  },
};

/** Messages of one stretch. */
interface Run {
  readonly acks: Durations;
  /** From the send until the last connection has heard of it. */
  readonly lastPushes: Durations;
  readonly messages: number;
  /** Connections told of each message. */
  readonly told: number;
  readonly wrongs: Wrongs;
}

/** Members who write to the group, each in turn from the device that is in its room. */
class Talk {
  readonly #group: Group;
  readonly #senders: readonly Device[];
  #sent = 0;
  #lastSeq = 1;

  constructor(group: Group) {
    this.#group = group;
    // The last one's devices are left to hang.
    this.#senders = group.devices.filter(({ inRoom }) => inRoom).slice(0, -1);
  }

  /** Each once the one before has reached everybody but the one that hangs. */
  inTurn(messages: number, but?: Device): Promise<Run> {
    return this.#run(but, async (send) => {
      for (let count = 0; count < messages; count += 1) await send();
    });
  }

  atRate(perSecond: number, seconds: number): Promise<Run> {
    return this.#run(undefined, (send) => atRate(perSecond, seconds, send));
  }

  async #run(but: Device | undefined, play: (send: () => Promise<void>) => Promise<void>): Promise<Run> {
    const [acks, lastPushes] = [createDurations(), createDurations()];
    const sent: { readonly seq: number; readonly sender: Device }[] = [];
    const listeners = this.#group.devices.filter((device) => device !== but);
    await play(async () => {
      const sender = this.#senders[this.#sent++ % this.#senders.length]!;
      const startedAt = performance.now();
      const seq = await this.#send(sender);
      acks.add(performance.now() - startedAt);
      sent.push({ seq, sender });
      const others = listeners.filter((listener) => listener !== sender);
      const heardAt = await lastHeard(others, seq, HEARD_WITHIN_MS);
      if (heardAt !== null) lastPushes.add(heardAt - startedAt);
    });
    const told = listeners.map((listener) => ({
      listener,
      seqs: sent.filter(({ sender }) => sender !== listener).map(({ seq }) => seq),
    }));
    const count = sent.length;
    return { acks, lastPushes, messages: count, told: listeners.length - 1, wrongs: wrongsOf(told) };
  }

  async #send({ socket }: Device): Promise<number> {
    const { conversationId } = this.#group;
    const frame = { action: "send_message", conversationId, content: CONTENT, afterSeq: this.#lastSeq };
    const answer = await socket.ask({ ...frame, clientMessageId: `message ${this.#sent}` });
    if (answer["type"] !== "ack") throw new Error(`A send was refused: ${JSON.stringify(answer)}`);
    const { seq } = (answer["data"] as { readonly message: { readonly seq: number } }).message;
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    return seq;
  }
}

/** Has pushes to this connection, the last that its user opened, hang from now on. */
async function hang(cloud: RunningCloud, { userId }: Device, devices: number): Promise<void> {
  const answer = await fetch(`${cloud.httpUrl}/_local/state`);
  const { connections } = (await answer.json()) as {
    readonly connections: readonly {
      readonly id: string;
      readonly user: string | null;
      readonly connectedAt: string;
    }[];
  };
  const own = connections
    .filter(({ user }) => user === userId)
    .toSorted((one, other) => one.connectedAt.localeCompare(other.connectedAt));
  if (own.length !== devices) throw new Error(`${userId} has ${own.length} connections.`);
  await tellFaults(cloud, "POST", { push: [{ delayMs: HANGS_MS, connectionId: own.at(-1)?.id }] });
}

async function tellFaults(cloud: RunningCloud, method: "POST" | "DELETE", faults?: object): Promise<void> {
  const { status } = await fetch(`${cloud.httpUrl}/_local/faults`, {
    method,
    ...(faults === undefined ? {} : { body: JSON.stringify(faults) }),
  });
  if (status !== 204) throw new Error(`The faults were refused: ${status}`);
}

function figuresOf(how: string, { acks, lastPushes, messages, told, wrongs }: Run): Figure[] {
  const reached = lastPushes.count;
  return [
    { name: `${how}: messages, each to`, value: `${messages}, ${told}`, unit: "connections" },
    {
      name: `${how}: messages that reached all of them`,
      value: reached,
      bound: exactly(reached, messages),
    },
    { name: `${how}: lost`, value: wrongs.lost, bound: exactly(wrongs.lost, 0) },
    { name: `${how}: told twice, told after a later one`, value: `${wrongs.doubled}, ${wrongs.crossed}` },
    { name: `${how}: ack, p50`, value: acks.percentile(0.5), unit: "ms" },
    { name: `${how}: ack, p99`, value: acks.percentile(0.99), unit: "ms" },
    { name: `${how}: the last push, p50`, value: lastPushes.percentile(0.5), unit: "ms" },
    { name: `${how}: the last push, p99`, value: lastPushes.percentile(0.99), unit: "ms" },
  ];
}

function patienceOf(calm: Run, beside: Run): Figure[] {
  return [0.5, 0.99].map((share) => {
    const later = beside.acks.percentile(share) - calm.acks.percentile(share);
    return {
      name: `one that hangs delays acks by, p${share * 100}`,
      value: later,
      unit: "ms",
      bound: atMost(later, PATIENCE_MS),
    };
  });
}

function billOf(spent: Spent): Figure[] {
  const durations = spent.ms * PRICES.millisecondOfGigabyte;
  return [
    { name: "a message: write units", value: spent.WRU },
    {
      name: "a message: read units, of these the send's",
      value: `${spent.RRU.toFixed(0)}, ${spent.sendRRU.toFixed(0)}`,
    },
    { name: "a message: chunks through the queue", value: spent.chunks },
    { name: "a message: calls of the management API", value: spent.pushes },
    {
      name: "a message: invocations, requests to the queue",
      value: `${spent.invocations.toFixed(1)}, ${spent.queueRequests.toFixed(1)}`,
    },
    { name: "a million messages at list prices", value: dollarsAMillion(spent), unit: "$" },
    { name: "… and the functions' time, as it took here", value: durations, unit: "$" },
  ];
}
