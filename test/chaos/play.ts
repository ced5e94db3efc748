import { startDeadline, type Deadline } from "../../local/test/support/pace.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Endpoints } from "../support/person.ts";
import { seededRandom } from "../support/memory/seeded-random.ts";
import { Person } from "./person.ts";
import { isClientOf } from "./casting.ts";
import { intendChange } from "./changing.ts";
import { ClientDevice } from "./client-device.ts";
import type { Device } from "./device.ts";
import { wavesOf, type Action, type History, type SendStyle, type Step, type Via } from "./history.ts";
import { intend } from "./intend.ts";
import { Journal, type Intent } from "./journal.ts";
import { enter, meet } from "./meeting.ts";
import type { Database } from "./stored.ts";
import { RawDevice } from "./raw-device.ts";
import { askPresence, listOf, markReadOverHttp, readHistory } from "./reading.ts";

/** How long a step is waited for before the next ones begin; what it started goes on. */
const PATIENCE_MS = 1_500;
const DEADLINE_MS = 60_000;
/** Each of these shown messages is looked up in the log at once, over another connection. */
const PROBE_SHARE = 0.15;

export interface Member {
  readonly person: Person;
  readonly devices: readonly Device[];
  /** Ids, in the order of `PlayedConversation`. */
  readonly conversations: readonly string[];
  readonly peers: readonly string[];
}

export interface PlayedConversation {
  readonly id: string;
  readonly members: readonly [Member, Member];
}

export interface PlayOptions {
  readonly cloud: Endpoints & Database;
  readonly history: History;
  /** Everything a play decides comes from it, save when things happen. */
  readonly seed: number;
  /** Begins all user ids: different in each play. */
  readonly name: string;
  readonly tokenSeconds: number;
}

/** One history, played by devices on a running cloud. */
export class Play {
  readonly journal = new Journal();
  members: readonly Member[] = [];
  conversations: readonly PlayedConversation[] = [];
  readonly #deliveries = new Set<Promise<void>>();
  readonly #probes = new Set<Promise<unknown>>();
  readonly #random: () => number;

  constructor(readonly options: PlayOptions) {
    this.#random = seededRandom(options.seed);
  }

  /** Makes the users and their conversations, both sides asking at once, and connects every device. */
  async begin(): Promise<void> {
    const { cloud, history, name, tokenSeconds } = this.options;
    const people = history.devices.map((_, user) => new Person(cloud, `${name}-u${user}`, tokenSeconds));
    await Promise.all(people.map(enter));
    const pairs = history.peers.map((peer, index) => [peer % (index + 1), index + 1] as const);
    const ids = await Promise.all(
      pairs.map(async ([one, other]) => {
        const [first, second] = await meet(people[one]!, people[other]!);
        if (first !== second)
          this.journal.blame("doubled", `two conversations of one pair: ${first}, ${second}`);
        return first;
      }),
    );
    const around = {
      journal: this.journal,
      random: this.#random,
      shown: (device: Device, message: Pick<Message, "conversationId" | "seq">) =>
        this.#probe(device, message),
    };
    const isClient = isClientOf(this.options.seed);
    this.members = people.map((person, user) => {
      const own = pairs.flatMap((pair, index) => (pair.includes(user) ? [index] : []));
      const conversations = own.map((index) => ids[index]!);
      const peers = own.map((index) => people[pairs[index]!.find((one) => one !== user)!]!.id);
      const devices = Array.from({ length: history.devices[user]! }, (_, index) => {
        const name = `u${user}/d${index}`;
        return isClient(user, index)
          ? new ClientDevice(name, person, conversations, peers, around)
          : new RawDevice(name, person, conversations, around);
      });
      return { person, devices, conversations, peers };
    });
    this.conversations = pairs.map(([one, other], index) => ({
      id: ids[index]!,
      members: [this.members[one]!, this.members[other]!],
    }));
    // Under faults some may take their time: the story begins without them.
    await Promise.race([Promise.all(this.devices().map((device) => device.connect())), pause(PATIENCE_MS)]);
  }

  /** The steps, wave by wave. */
  async storm(): Promise<void> {
    for (const wave of wavesOf(this.options.history)) {
      const lanes = new Map<Device, Step[]>();
      for (const step of wave) {
        const device = this.#deviceOf(step.user, step.device);
        lanes.set(device, [...(lanes.get(device) ?? []), step]);
      }
      await Promise.all(
        [...lanes].map(async ([device, steps]) => {
          for (const step of steps) {
            this.journal.counts.operations += 1;
            await Promise.race([this.#act(device, step), pause(PATIENCE_MS)]);
          }
        }),
      );
    }
  }

  /** After the faults are gone: everybody connects, everything sent is delivered, everybody catches up. */
  async settle(): Promise<void> {
    await this.#within(Promise.all(this.devices().map((device) => device.connect())), "devices to connect");
    await this.#within(Promise.all(this.#deliveries), "messages and changes to be acked");
    await this.#within(Promise.all(this.#probes), "probes to be answered");
    await this.#within(Promise.all(this.devices().map((device) => device.recover())), "devices to recover");
  }

  /** Ends every device's tries and closes its socket. */
  async leave(): Promise<void> {
    await Promise.all(this.devices().map((device) => device.stop()));
  }

  devices(): readonly Device[] {
    return this.members.flatMap(({ devices }) => devices);
  }

  #deviceOf(user: number, device: number): Device {
    const { devices } = this.members[user % this.members.length]!;
    return devices[device % devices.length]!;
  }

  async #act(device: Device, { user, conversation, action }: Step): Promise<unknown> {
    const member = this.members[user % this.members.length]!;
    const id = member.conversations[conversation % member.conversations.length]!;
    const { person } = member;
    switch (action.type) {
      case "rest":
        return;
      case "send":
        return this.#send(device, intend(this.journal, device, id, action), action);
      case "send_two":
        return Promise.all(
          [intend(this.journal, device, id, action), intend(this.journal, device, id, action)].map((intent) =>
            this.#send(device, intent, action),
          ),
        );
      case "repeat":
        return this.#repeat(device, action);
      case "change":
        return this.#change(device, id, action);
      case "disconnect":
        return device.disconnect(action.abrupt);
      case "reconnect":
        return device.connect();
      case "sync":
        return device.sync(id);
      case "history":
        return readHistory(this.journal, person, id, action);
      case "mark_read":
        return this.#markRead(device, id, action);
      case "join":
        return device.join(id);
      case "leave":
        return device.leave(id);
      case "typing":
        return device.type(id);
      case "list":
        return listOf(this.journal, person);
      case "presence":
        return askPresence(this.journal, person, member.peers);
    }
  }

  async #send(device: Device, intent: Intent, { via }: Pick<SendStyle, "via">): Promise<void> {
    const delivery = device.deliver(intent, via).finally(() => this.#deliveries.delete(delivery));
    await this.#expect(device, delivery, via);
  }

  async #change(device: Device, id: string, style: Extract<Action, { type: "change" }>): Promise<void> {
    const intent = intendChange(this.journal, device, id, style);
    if (!intent) return;
    const delivery = device.change(intent, style.via).finally(() => this.#deliveries.delete(delivery));
    await this.#expect(device, delivery, style.via);
  }

  async #repeat(device: Device, { of, via }: Extract<Action, { type: "repeat" }>): Promise<void> {
    const earlier = this.journal.intents.filter(
      (intent) =>
        intent.senderId === device.person.id && intent.clientMessageId !== null && intent.beganAt !== null,
    );
    const intent = earlier[of % earlier.length];
    if (!intent) return;
    const delivery = device.repeat(intent, via).finally(() => this.#deliveries.delete(delivery));
    await this.#expect(device, delivery, via);
  }

  /** A device that is off on purpose delivers when it is on again: the story goes on without it. */
  async #expect(device: Device, delivery: Promise<void>, via: Via): Promise<void> {
    this.#deliveries.add(delivery);
    if (via === "http" || device.isWanted) await delivery;
  }

  async #markRead(
    device: Device,
    id: string,
    { reach, via }: Extract<Action, { type: "mark_read" }>,
  ): Promise<void> {
    const seq = Math.ceil(device.known(id).length * reach);
    if (via === "socket") await device.markRead(id, seq);
    else await markReadOverHttp(this.journal, device.person, id, seq);
  }

  /** Over a connection that is not the one which was told. */
  #probe(told: Device, { conversationId, seq }: Pick<Message, "conversationId" | "seq">): void {
    if (this.#random() > PROBE_SHARE) return;
    const others = this.devices().filter(
      (device) => device !== told && device.isConnected && device.conversations.includes(conversationId),
    );
    const other = others[Math.floor(this.#random() * others.length)];
    if (!other) return;
    const probe = other.askSync(conversationId, seq - 1, 1).finally(() => this.#probes.delete(probe));
    this.#probes.add(probe);
    this.journal.counts.probes += 1;
  }

  async #within(task: Promise<unknown>, what: string): Promise<void> {
    let deadline: Deadline | undefined;
    const late = new Promise<"late">((resolve) => {
      deadline = startDeadline(DEADLINE_MS, () => resolve("late"));
    });
    const outcome = await Promise.race([task, late]);
    deadline?.cancel();
    if (outcome === "late") this.journal.blame("stuck", `waited in vain for ${what}`);
  }
}
