import { expect } from "vitest";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";
import { AS_SENT } from "../../../lambdas/chat/model/message-state.ts";
import { judgeDetails } from "../../../lambdas/chat/model/group-rules.ts";
import type { MemberRecord } from "../../../lambdas/chat/model/records.ts";
import { changeSettings } from "../../../lambdas/chat/operations/change-settings.ts";
import { listConversations } from "../../../lambdas/chat/operations/list-conversations.ts";
import { repairHead } from "../../../lambdas/chat/operations/repair-head.ts";
import { advanceHead } from "../../../lambdas/chat/steps/advance-head.ts";
import { appendEvent } from "../../../lambdas/chat/steps/append-event.ts";
import type { EventAppended, GroupHead } from "../../../lambdas/chat/steps/append-event.ts";
import { append } from "../../../lambdas/chat/steps/append-message.ts";
import { addMembers, changeRole, removeMember } from "../../../lambdas/chat/steps/change-membership.ts";
import { makeGroup } from "../../../lambdas/chat/steps/make-group.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { groupClaimKey, memberKey, MemoryDatabase, rowKey } from "../../support/memory/database.ts";
import type { StoredRow } from "../../support/memory/database.ts";
import { Environment } from "../../support/memory/environment.ts";
import { Interleaver } from "../../support/memory/interleaver.ts";
import { Lane } from "../../support/memory/lane.ts";
import type { Running } from "../../support/memory/lane.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";
import type { Op, Plan, Wish } from "./group-plan.ts";

const START = Date.UTC(2030, 0, 1);
export const MAX_MEMBERS = 4;

interface Sending extends Pick<Lane, "chat"> {
  readonly environment: Pick<Lane["environment"], "isDead">;
}

interface Archived {
  readonly userId: string;
  readonly archiveTurn: number;
  readonly mutedUntil: number;
  readonly after: number;
  readonly before: number;
}

/** Runs a plan over one database and keeps what clients were told. */
export class GroupWorld {
  readonly database = new MemoryDatabase();
  readonly people: readonly string[];
  /** Of the makings that were acked: each says the same. */
  readonly made: { readonly id: string; readonly isNew: boolean }[] = [];
  /** Attempts whose message an ack has named. */
  readonly acked: string[] = [];
  /** Who was told that they have it in the archive: asked after one message, told before all above another. */
  readonly archived: Archived[] = [];
  /** Who has ever wanted it out of there. */
  readonly unarchived = new Set<string>();
  /** Whether a change of settings may have died before its row was moved: the list mends that. */
  lostSettings = false;
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
  }

  get id(): string {
    return this.database.groupClaims.get(groupClaimKey(this.people[0]!, "ours"))!;
  }

  get head(): GroupHead {
    return this.database.heads.get(this.id) as GroupHead;
  }

  member(userId: string): MemberRecord | null {
    return this.database.members.get(memberKey(this.id, userId))?.member ?? null;
  }

  row(userId: string): StoredRow | null {
    return this.database.rows.get(rowKey(userId, this.id));
  }

  async run(): Promise<void> {
    // The first of them dies or not, and one at last lives: the wishes below need a group.
    await this.#interleaver.run(
      this.#plan.makings.map((death) => {
        const lane = new Lane(() => this.#start(0));
        return lane.survives(death, () => this.#make(lane));
      }),
    );
    const maker = new Lane(() => this.#start(0));
    const lanes = this.#plan.lanes.map(async ({ skewMs, ops }) => {
      const lane = new Lane(() => this.#start(skewMs));
      for (const op of ops) await this.#perform(lane, op);
    });
    await this.#interleaver.run([this.#make(maker), ...lanes]);
  }

  /** What the worker does on the stream once everybody else is still. */
  async settle(): Promise<void> {
    const last = this.database.log(this.id).at(-1);
    if (last) await repairHead(memoryChat({ database: this.database }), this.id, last.seq);
  }

  #start(skewMs: number): Running {
    const environment = new Environment({
      interleaver: this.#interleaver,
      random: this.#random,
      onStep: () => (this.#now += Math.floor(this.#random() * 4)),
      answerLoss: this.#plan.answerLoss,
    });
    const now = (): number => this.#now + skewMs;
    const chat = memoryChat({
      database: this.database,
      hooks: environment,
      random: this.#random,
      now,
      rules: { maxGroupMembers: MAX_MEMBERS },
    });
    return { chat, environment };
  }

  async #make(lane: Lane): Promise<void> {
    const [caller, ...others] = this.people.slice(0, this.#plan.founders);
    const { head, isNew } = await makeGroup(lane.chat, this.#caller(caller!), {
      ...{ title: "Sailing", avatarUrl: null, metadata: null, history: "all" },
      memberIds: others,
      clientConversationId: "ours",
    });
    if (lane.environment.isDead) return;
    expect(this.head.lastSeq).toBeGreaterThan(0);
    this.made.push({ id: head.id, isNew });
  }

  async #perform(lane: Lane, op: Op): Promise<void> {
    switch (op.type) {
      case "wish":
        await lane.survives(op.death, () => this.#wish(lane, this.people[op.user]!, op.wish));
        return;
      case "send":
        await lane.survives(op.death, () => this.#send(lane, this.people[op.user]!));
        return;
      case "settings":
        if (!(await lane.survives(op.death, () => this.#settings(lane, op)))) this.lostSettings = true;
        return;
      case "repair": {
        const last = this.id && this.database.log(this.id).at(-1);
        if (last) await lane.survives(op.death, () => repairHead(lane.chat, this.id, last.seq));
        return;
      }
      case "pass":
        this.#now += op.minutes * 60_000;
        return;
    }
  }

  async #wish(lane: Lane, userId: string, wish: Wish): Promise<void> {
    let appended: EventAppended;
    try {
      appended = await this.#change(lane, userId, wish);
    } catch (error) {
      if (error instanceof Refusal) return;
      throw error;
    }
    if (lane.environment.isDead) return;
    const { message } = appended;
    if (!message) return;
    this.acked.push(message.attemptId);
    // An ack means that it stands in the log, and that all that follows from it has been done.
    expect(this.head.lastSeq).toBeGreaterThanOrEqual(message.seq);
    const concerned = wish.type === "add" ? (message.system as { userIds: readonly string[] }).userIds : [];
    for (const id of concerned) {
      expect(this.member(id)!.asOfSeq).toBeGreaterThanOrEqual(message.seq);
      expect(this.row(id)!.asOfSeq).toBeGreaterThanOrEqual(message.seq);
    }
  }

  #change({ chat }: Lane, userId: string, wish: Wish): Promise<EventAppended> {
    const caller = this.#caller(userId);
    const conversationId = this.id ?? "none";
    switch (wish.type) {
      case "add":
        return addMembers(
          chat,
          caller,
          conversationId,
          wish.targets.map((target) => this.people[target]!),
        );
      case "remove":
        return removeMember(chat, caller, conversationId, this.people[wish.target]!);
      case "leave":
        return removeMember(chat, caller, conversationId, userId);
      case "role":
        return changeRole(chat, caller, conversationId, {
          userId: this.people[wish.target]!,
          role: wish.role,
        });
      case "rename":
        return appendEvent(chat, caller, conversationId, ({ head, actor }) =>
          Promise.resolve(judgeDetails(actor, head.group, { title: `title ${wish.title}` })),
        );
    }
  }

  /** A send is checked before it is put, no more. */
  async #send({ chat, environment }: Sending, senderId: string): Promise<void> {
    const head = this.id ? await chat.heads.get(this.id, "eventual") : null;
    if (!head) return;
    const member = await chat.members.get(this.id, senderId);
    if (!member || member.role === null) return;
    const attemptId = String(this.#random());
    const draft = {
      ...{ conversationId: this.id, senderId, ...AS_SENT, content: "x", system: null },
      ...{ clientMessageId: null, attemptId },
    };
    const anywhere = { proven: head.lastSeq, hasSuccessors: false, looksBack: false, maxBehind: null };
    const appended = await append(chat, draft, anywhere);
    if (appended.type !== "stored") throw new Error("A message of its own is stored.");
    await advanceHead(chat, head, appended.message);
    if (environment.isDead) return;
    this.acked.push(attemptId);
    expect(this.head.lastSeq).toBeGreaterThanOrEqual(appended.message.seq);
  }

  async #settings(lane: Lane, op: Extract<Op, { readonly type: "settings" }>): Promise<void> {
    if (!this.id) return;
    const { archived, mutedMinutes } = op;
    const until = typeof mutedMinutes === "number" ? this.#now + mutedMinutes * 60_000 : mutedMinutes;
    const wanted = { pinned: undefined, archived, mutedUntil: until };
    const userId = this.people[op.user]!;
    const after = this.database.heads.get(this.id)?.lastSeq ?? 0;
    try {
      await changeSettings(lane.chat, this.#caller(userId), this.id, wanted);
      const { archiveTurn = 0, mutedUntil = 0 } = this.member(userId) ?? {};
      if (archived === false) this.unarchived.add(userId);
      if (archived === true && archiveTurn % 2 === 1) {
        this.archived.push({
          userId,
          archiveTurn,
          mutedUntil,
          after,
          before: this.database.log(this.id).length,
        });
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Somebody writes, long after whatever was muted. */
  async write(userId: string): Promise<void> {
    this.#now += 24 * 60 * 60_000;
    const chat = memoryChat({ database: this.database, now: () => this.#now });
    await this.#send({ chat, environment: { isDead: false } }, userId);
    await this.settle();
  }

  /** Whether the user finds the group in their list, and in their archive. */
  async listed(userId: string): Promise<{ readonly list: boolean; readonly archive: boolean }> {
    const chat = memoryChat({ database: this.database });
    const finds = async (archived: boolean): Promise<boolean> => {
      const request = { limit: 20, cursor: null, archived };
      const { conversations } = await listConversations(chat, this.#caller(userId), request);
      return conversations.some(({ id }) => id === this.id);
    };
    // The first look mends what a change of settings that died has left.
    await Promise.all([finds(false), finds(true)]);
    return { list: await finds(false), archive: await finds(true) };
  }

  #caller(userId: string): { readonly userId: string; readonly connectionId: null } {
    return { userId, connectionId: null };
  }
}
