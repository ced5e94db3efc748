import type { GroupAct, Violation, WantedChange } from "./journal.ts";
import { peopleOf } from "./cast.ts";
import type { Played } from "./batch.ts";

type Counts = Played["play"]["journal"]["counts"];

/** Sums over all histories. */
export class Totals {
  readonly violations = new Map<Violation["kind"], number>();
  histories = 0;
  /** Those in which a client of ours was at work. */
  withClients = 0;
  messages = 0;
  ghosts = 0;
  /** Changes that were stored. */
  revs = 0;
  groups = 0;
  /** The people of the largest group. */
  largestGroup = 0;
  readonly #groupActs = new Map<GroupAct["type"], number>();
  readonly #changes = new Map<WantedChange["type"], number>();
  #counts: Counts | null = null;

  add({ play, violations, revs }: Played): void {
    this.histories += 1;
    if (play.journal.lives.length > 0) this.withClients += 1;
    this.messages += play.journal.intents.length;
    for (const { change } of play.journal.changes)
      this.#changes.set(change.type, this.changesOf(change.type) + 1);
    this.revs += revs;
    for (const { act } of play.journal.groupIntents)
      this.#groupActs.set(act.type, this.groupActsOf(act.type) + 1);
    for (const conversation of play.conversations.filter(({ group }) => group !== null)) {
      this.groups += 1;
      this.largestGroup = Math.max(this.largestGroup, peopleOf(conversation).length);
    }
    const { counts } = play.journal;
    const sums = this.#counts;
    this.#counts = sums
      ? (Object.fromEntries(
          Object.entries(counts).map(([name, count]) => [name, count + sums[name as keyof Counts]]),
        ) as Counts)
      : { ...counts };
    for (const { kind } of violations) this.violations.set(kind, (this.violations.get(kind) ?? 0) + 1);
  }

  count(name: keyof Counts): number {
    return this.#counts?.[name] ?? 0;
  }

  /** How many changes of this kind somebody meant to make. */
  changesOf(type: WantedChange["type"]): number {
    return this.#changes.get(type) ?? 0;
  }

  /** How many changes of a group of this kind somebody meant to make. */
  groupActsOf(type: GroupAct["type"]): number {
    return this.#groupActs.get(type) ?? 0;
  }

  /** How often something was found wrong under these kinds. */
  wrong(...kinds: readonly Violation["kind"][]): number {
    return kinds.reduce((sum, kind) => sum + (this.violations.get(kind) ?? 0), 0);
  }
}
