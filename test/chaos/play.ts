import { startDeadline, type Deadline } from "../../local/test/support/pace.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Endpoints } from "../support/person.ts";
import { seededRandom } from "../support/memory/seeded-random.ts";
import { gather, peopleOf, type CastOptions, type Member, type PlayedConversation } from "./cast.ts";
import type { Person } from "./person.ts";
import { intendChange } from "./changing.ts";
import type { Device } from "./device.ts";
import { intendGroupAct, makeGroupAct } from "./grouping.ts";
import { wavesOf, type Action, type SendStyle, type Step, type Via } from "./history.ts";
import { intend } from "./intend.ts";
import { Journal, type Intent } from "./journal.ts";
import type { Database } from "./stored.ts";
import { askPresence, listOf, markReadOverHttp, readHistory } from "./reading.ts";

/** How long a step is waited for before the next ones begin; what it started goes on. */
const PATIENCE_MS = 1_500;
const DEADLINE_MS = 60_000;
/** Each of these shown messages is looked up in the log at once, over another connection. */
const PROBE_SHARE = 0.15;

/** Everything a play decides comes from the seed, save when things happen. */
export interface PlayOptions extends CastOptions {
  readonly cloud: Endpoints & Database;
}

/** One history, played by devices on a running cloud. */
export class Play {
  readonly journal = new Journal();
  members: readonly Member[] = [];
  conversations: readonly PlayedConversation[] = [];
  readonly #deliveries = new Set<Promise<void>>();
  readonly #probes = new Set<Promise<unknown>>();
  readonly #random: () => number;
  #isOver = false;

  constructor(readonly options: PlayOptions) {
    this.#random = seededRandom(options.seed);
  }

  /** Makes the users and their conversations, and connects every device. */
  async begin(): Promise<void> {
    const cast = await gather(this.options, {
      journal: this.journal,
      random: this.#random,
      shown: (device, message) => this.#probe(device, message),
    });
    this.members = cast.members;
    this.conversations = cast.conversations;
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
    this.#isOver = true;
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
    const subject = { id, others: this.#othersIn(id, person) };
    switch (action.type) {
      case "rest":
        return;
      case "send":
        return this.#send(device, intend(this.journal, device, subject, action), action);
      case "send_two":
        return Promise.all(
          [0, 1]
            .map(() => intend(this.journal, device, subject, action))
            .map((intent) => this.#send(device, intent, action)),
        );
      case "repeat":
        return this.#repeat(device, action);
      case "change":
        return this.#change(device, id, action);
      case "group":
        return this.#changeGroup(person, action);
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

  async #changeGroup(person: Person, style: Extract<Action, { type: "group" }>): Promise<void> {
    const played = this.conversations.find(({ group }) => group !== null);
    if (!played) return;
    const everybody = peopleOf(played).map(({ id }) => id);
    const actor = style.byFounder ? this.members[0]!.person : person;
    const intent = intendGroupAct(this.journal, actor, { id: played.id, everybody }, style);
    const surroundings = { random: this.#random, isOver: () => this.#isOver };
    const made = makeGroupAct(this.journal, actor, intent, surroundings);
    const delivery = made.finally(() => this.#deliveries.delete(delivery));
    this.#deliveries.add(delivery);
    await delivery;
  }

  #othersIn(id: string, { id: userId }: Person): readonly string[] {
    const played = this.conversations.find((one) => one.id === id)!;
    return peopleOf(played).flatMap((one) => (one.id === userId ? [] : [one.id]));
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
    const seq = Math.ceil((device.known(id).at(-1)?.seq ?? 0) * reach);
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
