import type { Message, Role } from "../../lambdas/protocol/objects.ts";
import type { GroupIntent, Journal } from "./journal.ts";

/** Who was in a group behind one of its system messages, and since which; what it was called. */
export interface GroupState {
  readonly seq: number;
  readonly roles: ReadonlyMap<string, Role>;
  /** Of each who ever was in it, the seq of their last coming; of those from the beginning 0. */
  readonly joinedSeqs: ReadonlyMap<string, number>;
  readonly title: string;
}

/** When a state may have been the group's: from its first try to the ack of anything behind the next. */
interface Window {
  readonly state: GroupState;
  readonly from: number;
  readonly until: number;
}

/** What a group was from one of its system messages to the next, as its log has it; and when that may have been. */
export class Membership {
  readonly states: readonly GroupState[];
  readonly #windows: readonly Window[];

  constructor(
    readonly history: "all" | "from_join",
    log: readonly Message[],
    { groupIntents, sights }: Pick<Journal, "groupIntents" | "sights">,
  ) {
    const events = log.filter(({ type }) => type === "system");
    this.states = events.reduce<readonly GroupState[]>(
      (states, event) => [...states, stateAfter(states.at(-1), event)],
      [],
    );
    const begun = events.map((event) =>
      Math.min(
        ...groupIntents.filter((one) => isClaim(one, event)).map(({ beganAt }) => beganAt ?? Infinity),
      ),
    );
    this.#windows = this.states.map((state, index) => {
      const next = events[index + 1];
      // What an ack tells of is counted, and so is all before it: it is in force.
      const acks = sights.filter(
        ({ source, message }) =>
          next &&
          source === "ack" &&
          message.conversationId === next.conversationId &&
          message.seq >= next.seq,
      );
      return {
        state,
        from: index === 0 ? 0 : begun[index]!,
        until: Math.min(Infinity, ...acks.map(({ at }) => at)),
      };
    });
  }

  get last(): GroupState | undefined {
    return this.states.at(-1);
  }

  /** Whether the group may have been so at some time between these. */
  mayHaveBeen(askedAt: number, at: number, isSo: (state: GroupState) => boolean): boolean {
    return this.#windows.some(({ state, from, until }) => from <= at && until >= askedAt && isSo(state));
  }

  /**
   * Whether this message is one that the user may see at that time: they are in the group when it is stored, or,
   * where the newcomers see everything, may come in later. Of one's own removal one may hear.
   */
  maySee(userId: string, seq: number, at: number): boolean {
    const stateAt = this.states.findLast((state) => state.seq <= seq);
    if (!stateAt) return true;
    const isIn = ({ roles, joinedSeqs }: GroupState): boolean =>
      roles.has(userId) && (this.history === "all" || (joinedSeqs.get(userId) ?? 0) < seq);
    const before = this.states.findLast((state) => state.seq < seq);
    if (isIn(stateAt) || (stateAt.seq === seq && before && isIn(before))) return true;
    return (
      this.history === "all" &&
      this.#windows.some(({ state, from }) => state.seq > seq && from <= at && state.roles.has(userId))
    );
  }

  /** The lowest seq they may see. */
  firstSeqOf(userId: string): number {
    if (this.history === "all") return 1;
    const joinedSeq = this.last?.joinedSeqs.get(userId) ?? 0;
    return joinedSeq + 1;
  }

  /** Every seq that was it at some time. */
  firstSeqsOf(userId: string): readonly number[] {
    return this.states.map(({ joinedSeqs }) => (joinedSeqs.get(userId) ?? 0) + 1);
  }

  isIn(userId: string): boolean {
    return this.last?.roles.has(userId) === true;
  }
}

/** Whether the system message is what this asks for. */
export function isClaim({ userId, act }: GroupIntent, { sender, system }: Message): boolean {
  if (!system || sender.id !== userId) return false;
  const named = system.userIds ?? [];
  switch (act.type) {
    case "add":
      return system.event === "members_added" && named.every((one) => act.userIds.includes(one));
    case "remove":
      return (
        system.event === (act.userId === userId ? "member_left" : "member_removed") && named[0] === act.userId
      );
    case "role":
      return system.event === "role_changed" && named[0] === act.userId && system.role === act.role;
    case "rename":
      return system.event === "details_changed" && system.title === act.title;
  }
}

function stateAfter(before: GroupState | undefined, { seq, sender, system }: Message): GroupState {
  const roles = new Map(before?.roles);
  const joinedSeqs = new Map(before?.joinedSeqs);
  let title = before?.title ?? "";
  const named = system?.userIds ?? [];
  const comes = (userId: string, role: Role, joinedSeq: number): void => {
    roles.set(userId, role);
    joinedSeqs.set(userId, joinedSeq);
  };
  switch (system?.event) {
    case undefined:
      break;
    case "created":
      comes(sender.id, "owner", 0);
      for (const userId of named) comes(userId, "member", 0);
      title = system.title ?? title;
      break;
    case "members_added":
      for (const userId of named) comes(userId, "member", seq);
      break;
    case "member_removed":
    case "member_left":
      for (const userId of named) roles.delete(userId);
      if (system.successor !== undefined) roles.set(system.successor, "owner");
      break;
    case "role_changed":
      if (system.role === "owner") roles.set(sender.id, "admin");
      roles.set(named[0]!, system.role!);
      break;
    case "details_changed":
      title = system.title ?? title;
  }
  return { seq, roles, joinedSeqs, title };
}
