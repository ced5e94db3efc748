import { expect } from "vitest";
import { markRead } from "../../../lambdas/chat/operations/mark-read.ts";
import type { Push } from "../../../lambdas/chat/ports.ts";
import { changeSettings } from "../../../lambdas/chat/operations/change-settings.ts";
import { listConversations } from "../../../lambdas/chat/operations/list-conversations.ts";
import { listHistory } from "../../../lambdas/chat/operations/list-history.ts";
import { syncMessages } from "../../../lambdas/chat/operations/sync-messages.ts";
import type { Head } from "../../../lambdas/chat/model/records.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import { repairHead } from "../../../lambdas/chat/operations/repair-head.ts";
import type { Message } from "../../../lambdas/protocol/objects.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { MemoryDatabase, rowKey, slotKey } from "../../support/memory/database.ts";
import { Environment } from "../../support/memory/environment.ts";
import { Interleaver } from "../../support/memory/interleaver.ts";
import { Lane } from "../../support/memory/lane.ts";
import type { Running } from "../../support/memory/lane.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";
import type { Intent, Op, Plan } from "./send-plan.ts";

export const ID = "Conversation0123456789".slice(0, 22);
const START = Date.UTC(2030, 0, 1);

export interface Ack {
  readonly intent: number;
  readonly message: Message;
  readonly duplicate: boolean;
}

export interface Sighting {
  readonly seq: number;
  readonly readAt: string | null;
  /** Whether everybody else had read the message before the look began, which was a strong one. */
  readonly hadBeenRead: boolean;
}

/** Runs a plan over one database and keeps what clients were told. */
export class SendWorld {
  readonly database = new MemoryDatabase();
  readonly acks: Ack[] = [];
  readonly sightings: Sighting[] = [];
  readonly marks: { readonly user: number; readonly readSeq: number; readonly isCertain: boolean }[] = [];
  readonly tries: { readonly intent: number; readonly content: string }[] = [];
  readonly people: readonly string[];
  /** Whether a change of settings has died: its row may wait for the repeat, or for a list that meets it. */
  lostSettings = false;
  readonly #plan: Plan;
  readonly #random: () => number;
  readonly #interleaver: Interleaver;
  readonly #known: number[];
  readonly #claims = new Map<number, number | null>();
  #now = START;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = seededRandom(plan.seed);
    this.#interleaver = new Interleaver(this.#random);
    this.people = Array.from({ length: plan.people }, (_, index) => `user-${index}`);
    this.#known = this.people.map(() => 0);
    for (const id of this.people) {
      const connection = { id: `socket-${id}`, lease: Infinity, since: 0, rooms: new Set<string>() };
      this.database.users.set(id, { ...newUser(id), state: "on", connections: [connection] });
    }
    // Made by a function whose clock was right, as far as the others' can be.
    this.database.heads.set(ID, {
      id: ID,
      participants: this.people.map((id) => ({ id, readSeq: 0, readAt: null, stepSeq: 0 })),
      group: null,
      createdAt: START,
      lastSeq: 0,
      lastMessage: null,
      lastMessageAt: null,
      activityAt: START,
      largest: 0,
      lastRev: 0,
      pins: [],
    });
    for (const userId of this.people) {
      const peerId = this.people.find((id) => id !== userId)!;
      const row = { userId, peerId, conversationId: ID, activityAt: START };
      this.database.rows.set(rowKey(userId, ID), row);
    }
  }

  get head(): Head {
    return this.database.heads.get(ID)!;
  }

  async run(): Promise<void> {
    const lanes = this.#plan.lanes.map(async ({ skewMs, ops }) => {
      const lane = new Lane(() => this.#start(skewMs));
      for (const op of ops) await this.#perform(lane, op);
    });
    await this.#interleaver.run(lanes);
  }

  /** What the worker does on the stream once everybody else is still. */
  async settle(): Promise<void> {
    const last = this.database.log(ID).at(-1);
    if (last) await repairHead(memoryChat({ database: this.database }), ID, last.seq);
  }

  /** The ids in the user's list, and in their archive. */
  async listed(
    userId: string,
  ): Promise<{ readonly list: readonly string[]; readonly archive: readonly string[] }> {
    const chat = memoryChat({ database: this.database });
    const ids = async (archived: boolean): Promise<readonly string[]> => {
      const request = { limit: 20, cursor: null, archived };
      const page = await listConversations(chat, { userId, connectionId: null }, request);
      return page.conversations.map(({ id }) => id);
    };
    // The first look mends what a change of settings that died has left.
    await Promise.all([ids(false), ids(true)]);
    return { list: await ids(false), archive: await ids(true) };
  }

  #start(skewMs: number): Running {
    const environment = new Environment({
      interleaver: this.#interleaver,
      random: this.#random,
      onStep: () => (this.#now += Math.floor(this.#random() * 4)),
      answerLoss: this.#plan.answerLoss,
      isPatchy: this.#plan.isPatchy,
    });
    const sockets = new MemorySockets(environment);
    const push = sockets.push.bind(sockets);
    sockets.push = (pushes) => {
      for (const one of pushes) this.#holdsAlready(one);
      return push(pushes);
    };
    const now = (): number => this.#now + skewMs;
    const chat = memoryChat({
      database: this.database,
      hooks: environment,
      sockets,
      random: this.#random,
      now,
    });
    return { chat, environment };
  }

  /** No event leaves before what it tells is stored. */
  #holdsAlready({ frame }: Push): void {
    if (frame.type === "new_message") {
      expect(this.database.messages.get(slotKey(ID, frame.message.seq))).not.toBeNull();
    } else if (frame.type === "conversation_updated") {
      expect(frame.lastSeq).toBeLessThanOrEqual(this.head.lastSeq);
      expect(frame.unreadCount).toBeGreaterThanOrEqual(frame.mentionCount);
    }
  }

  async #perform(lane: Lane, op: Op): Promise<void> {
    switch (op.type) {
      case "send":
        for (const death of op.insists ? [...op.deaths, null] : op.deaths) {
          if (await lane.survives(death, () => this.#send(lane, op.intent))) return;
        }
        return;
      case "mark":
        await lane.survives(op.death, () => this.#mark(lane, op.user, op.ahead));
        return;
      case "sync":
        await this.#sync(lane, op.user, op.back);
        return;
      case "history":
        await this.#history(lane, op.user, op.limit, op.markRead);
        return;
      case "repair": {
        const last = this.database.log(ID).at(-1);
        if (last) await lane.survives(op.death, () => repairHead(lane.chat, ID, last.seq));
        return;
      }
      case "settings":
        if (!(await lane.survives(op.death, () => this.#settings(lane, op)))) this.lostSettings = true;
        return;
      case "pass":
        this.#now += op.minutes * 60_000;
        return;
    }
  }

  async #send(lane: Lane, index: number): Promise<void> {
    const intent = this.#plan.intents[index]!;
    const content = `${index}/${this.tries.length}`;
    this.tries.push({ intent: index, content });
    const highestAcked = Math.max(0, ...this.acks.map(({ message }) => message.seq));
    const { message, duplicate } = await sendMessage(lane.chat, this.#caller(intent.sender), {
      conversationId: ID,
      content,
      clientMessageId: intent.hasClientMessageId ? `intent-${index}` : null,
      afterSeq: this.#afterSeq(index, intent),
      mentions: intent.mentions.map((user) => this.people[user]!),
    });
    if (lane.environment.isDead) return;
    // An ack means durable, listed and counted.
    expect(this.database.messages.get(slotKey(ID, message.seq))).toMatchObject({ content: message.content });
    expect(this.head.lastSeq).toBeGreaterThanOrEqual(message.seq);
    expect(this.head.participants[intent.sender]!.readSeq).toBeGreaterThanOrEqual(message.seq);
    if (!duplicate) {
      expect(message).toMatchObject({ content, sender: { id: this.people[intent.sender] } });
      expect(message.seq).toBeGreaterThan(highestAcked);
    }
    this.acks.push({ intent: index, message, duplicate });
    this.#sight([message], 0);
    this.#learn(intent.sender, message.seq);
  }

  /** The highest seq known at the first try, or less; repeats bear the same. */
  #afterSeq(index: number, { sender, staleBy, hasClientMessageId }: Intent): number | null {
    const claim = staleBy === null ? null : Math.max(0, this.#known[sender]! - staleBy);
    if (!hasClientMessageId) return claim;
    if (!this.#claims.has(index)) this.#claims.set(index, claim);
    return this.#claims.get(index)!;
  }

  async #mark(lane: Lane, user: number, ahead: number): Promise<void> {
    const seq = Math.max(0, this.head.lastSeq + ahead);
    const readBefore = this.head.participants[user]!.readSeq;
    this.marks.push({ user, readSeq: Math.min(seq, this.database.log(ID).length + 6), isCertain: false });
    const { readSeq } = await markRead(lane.chat, this.#caller(user), ID, seq);
    expect(readSeq).toBeGreaterThanOrEqual(readBefore);
    this.marks.push({ user, readSeq, isCertain: true });
  }

  async #settings(lane: Lane, op: Extract<Op, { readonly type: "settings" }>): Promise<void> {
    const { user, archived, mutedMinutes } = op;
    const until = typeof mutedMinutes === "number" ? this.#now + mutedMinutes * 60_000 : mutedMinutes;
    const wanted = { pinned: undefined, archived, mutedUntil: until };
    const { conversation } = await changeSettings(lane.chat, this.#caller(user), ID, wanted);
    if (archived !== undefined) expect(conversation.archived).toBe(archived);
  }

  async #sync(lane: Lane, user: number, back: number): Promise<void> {
    const afterSeq = Math.max(0, this.#known[user]! - back);
    const { acked, readByAll } = this.#before();
    const caller = this.#caller(user);
    const answer = await syncMessages(lane.chat, caller, { conversationId: ID, afterSeq, limit: 100 });
    const seqs = answer.messages.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => afterSeq + 1 + index));
    expect(afterSeq + seqs.length).toBeGreaterThanOrEqual(acked);
    expect(answer.hasMore).toBe(false);
    this.#sight(answer.messages, readByAll);
    this.#learn(user, afterSeq + seqs.length);
  }

  async #history(lane: Lane, user: number, limit: number, marks: boolean): Promise<void> {
    const request = { limit, markRead: marks, from: null };
    const { messages, hasMore } = await listHistory(lane.chat, this.#caller(user), ID, request);
    const seqs = messages.map(({ seq }) => seq);
    const expected = seqs.map((seq, index) => (this.#plan.isPatchy ? seq : seqs[0]! + index));
    expect(seqs).toEqual(expected);
    expect(hasMore).toBe((seqs[0] ?? 1) > 1);
    this.#sight(messages, 0);
    if (marks) {
      const others = messages.filter(({ sender }) => sender.id !== this.people[user]);
      const newest = others.at(-1)?.seq ?? 0;
      this.marks.push({ user, readSeq: newest, isCertain: true });
      this.marks.push({ user, readSeq: seqs.at(-1) ?? 0, isCertain: false });
    }
    this.#learn(user, seqs.at(-1) ?? 0);
  }

  #before(): { readonly acked: number; readonly readByAll: number } {
    return {
      acked: Math.max(0, ...this.acks.map(({ message }) => message.seq)),
      readByAll: Math.min(...this.head.participants.map(({ readSeq }) => readSeq)),
    };
  }

  #sight(messages: readonly Message[], readByAll: number): void {
    for (const { seq, readAt } of messages) {
      this.sightings.push({ seq, readAt, hadBeenRead: seq <= readByAll });
    }
  }

  #learn(user: number, seq: number): void {
    this.#known[user] = Math.max(this.#known[user]!, seq);
  }

  #caller(user: number): { readonly userId: string; readonly connectionId: null } {
    return { userId: this.people[user]!, connectionId: null };
  }
}
