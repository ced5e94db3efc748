import { expect } from "vitest";
import {
  judgeDelete,
  judgeEdit,
  judgePin,
  judgeReaction,
} from "../../../lambdas/chat/model/message-rules.ts";
import type { Head, MessageRecord } from "../../../lambdas/chat/model/records.ts";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";
import { repairChanges } from "../../../lambdas/chat/operations/repair-changes.ts";
import { repairHead } from "../../../lambdas/chat/operations/repair-head.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import { appendChange } from "../../../lambdas/chat/steps/append-change.ts";
import type { AsOf, Changed } from "../../../lambdas/chat/steps/append-change.ts";
import { participate } from "../../../lambdas/chat/steps/participate.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { MemoryDatabase, rowKey, slotKey } from "../../support/memory/database.ts";
import { Environment } from "../../support/memory/environment.ts";
import { Interleaver } from "../../support/memory/interleaver.ts";
import { Lane } from "../../support/memory/lane.ts";
import type { Running } from "../../support/memory/lane.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";
import { aHead } from "../../support/made-records.ts";
import type { Op, Plan, Wish } from "./change-plan.ts";

export const ID = "Conversation0123456789".slice(0, 22);
const START = Date.UTC(2030, 0, 1);

/** A change that was acked: everything it says holds from then on, for whoever looks. */
export interface AckedChange extends Changed {
  readonly user: number;
  readonly wish: Wish;
}

/** Runs a plan over one database and keeps what clients were told. */
export class ChangeWorld {
  readonly database = new MemoryDatabase();
  readonly acks: AckedChange[] = [];
  readonly people: readonly string[];
  readonly #plan: Plan;
  readonly #random: () => number;
  readonly #interleaver: Interleaver;
  #now = START;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = seededRandom(plan.seed);
    this.#interleaver = new Interleaver(this.#random);
    this.people = Array.from({ length: plan.people }, (_, index) => `user-${index}`);
    for (const id of this.people) this.database.users.set(id, newUser(id));
    const participants = this.people.map((id) => ({ id, readSeq: 0, readAt: null, stepSeq: 0 }));
    this.database.heads.set(ID, aHead({ id: ID, participants, createdAt: START, activityAt: START }));
    for (const userId of this.people) {
      const row = { userId, peerId: "nobody", conversationId: ID, activityAt: START };
      this.database.rows.set(rowKey(userId, ID), row);
    }
  }

  get head(): Head {
    return this.database.heads.get(ID)!;
  }

  async run(): Promise<void> {
    const first = memoryChat({ database: this.database });
    for (const content of ["one", "two", "three"])
      await sendMessage(first, this.#caller(this.#randomUser()), sending(content, this.people));
    const lanes = this.#plan.lanes.map(async ({ skewMs, ops }) => {
      const lane = new Lane(() => this.#start(skewMs));
      for (const op of ops) await this.#perform(lane, op);
    });
    await this.#interleaver.run(lanes);
  }

  /** What the worker does on the stream once everybody else is still. */
  async settle(): Promise<void> {
    const chat = memoryChat({ database: this.database });
    const last = this.database.log(ID).at(-1);
    if (last) await repairHead(chat, ID, last.seq);
    await repairChanges(chat, ID, 1, this.database.changeLog(ID).length);
  }

  #start(skewMs: number): Running {
    const environment = new Environment({
      interleaver: this.#interleaver,
      random: this.#random,
      onStep: () => (this.#now += Math.floor(this.#random() * 4)),
      answerLoss: this.#plan.answerLoss,
    });
    const now = (): number => this.#now + skewMs;
    const chat = memoryChat({ database: this.database, hooks: environment, random: this.#random, now });
    return { chat, environment };
  }

  async #perform(lane: Lane, op: Op): Promise<void> {
    switch (op.type) {
      case "send":
        await lane.survives(op.death, async () => {
          await sendMessage(
            lane.chat,
            this.#caller(op.user),
            sending(`sent ${this.#random()}`, named(this.people, op.mentions)),
          );
        });
        return;
      case "change": {
        const seq = Math.max(1, this.database.log(ID).length - op.back);
        const seen = this.database.messages.get(slotKey(ID, seq))!;
        for (const death of op.insists ? [...op.deaths, null] : op.deaths) {
          if (await lane.survives(death, () => this.#change(lane, op.user, seen, op.wish))) return;
        }
        return;
      }
      case "repair":
        await lane.survives(op.death, async () => {
          const upTo = this.database.changeLog(ID).length;
          if (upTo > 0) await repairChanges(lane.chat, ID, Math.max(1, upTo - 3), upTo);
        });
        return;
    }
  }

  async #change(lane: Lane, user: number, seen: MessageRecord, wish: Wish): Promise<void> {
    const userId = this.people[user]!;
    const { head } = await participate(lane.chat, this.#caller(user), ID, "remembered");
    const attemptId = String(this.#random());
    const draft = { seq: seen.seq, userId, attemptId, reacts: wish.type === "react" };
    let changed: Changed;
    try {
      changed = await appendChange(lane.chat, head, draft, (asOf) =>
        judge(wish, { userId, seenRev: seen.rev, people: this.people }, asOf),
      );
    } catch (error) {
      if (error instanceof Refusal) return;
      throw error;
    }
    if (lane.environment.isDead) return;
    this.#holds(changed, attemptId, wish);
    this.acks.push({ ...changed, user, wish });
  }

  /** An ack means durable and shown: in the message as stored, and below the head's rev. */
  #holds({ isNew, message }: Changed, attemptId: string, wish: Wish): void {
    const stored = this.database.messages.get(slotKey(ID, message.seq))!;
    expect(stored.rev).toBeGreaterThanOrEqual(message.rev);
    const own = this.database.changeLog(ID).filter((record) => record.attemptId === attemptId);
    expect(own.length).toBe(isNew ? 1 : 0);
    // The message may be ahead: a change of somebody else's is in it whose own head is still to move.
    for (const { rev } of own) expect(this.head.lastRev).toBeGreaterThanOrEqual(rev);
    // A later change may be in the answer too: it tells the message as it stands.
    if (own[0]?.rev !== message.rev) return;
    if (wish.type === "edit") expect(message.content).toBe(`text ${wish.text}`);
    if (wish.type === "delete") expect(message).toMatchObject({ content: "", reactions: [], pinnedAt: null });
    if (wish.type === "pin") expect(message.pinnedAt !== null).toBe(wish.on);
  }

  #randomUser(): number {
    return Math.floor(this.#random() * this.people.length);
  }

  #caller(user: number): { readonly userId: string; readonly connectionId: null } {
    return { userId: this.people[user]!, connectionId: null };
  }
}

function judge(
  wish: Wish,
  { userId, seenRev, people }: { userId: string; seenRev: number; people: readonly string[] },
  { message, own, pins }: AsOf,
) {
  switch (wish.type) {
    case "edit":
      return judgeEdit(message, userId, {
        said: {
          content: `text ${wish.text}`,
          ...(wish.mentions ? { mentions: named(people, wish.mentions) } : {}),
        },
        ifRev: wish.checksRev ? seenRev : null,
        namesStrangers: false,
      });
    case "delete":
      return judgeDelete(message, userId, { moderates: false });
    case "react":
      return judgeReaction(message, own, wish);
    case "pin":
      return judgePin(message, pins, { on: wish.on, mayPin: true });
  }
}

const named = (people: readonly string[], users: readonly number[]): readonly string[] =>
  users.map((user) => people[user]!);

const sending = (content: string, mentions: readonly string[]) => ({
  conversationId: ID,
  content,
  mentions,
  clientMessageId: null,
  afterSeq: null,
});
