import { setTimeout as pause } from "node:timers/promises";
import type { Endpoints } from "../support/person.ts";
import { seededRandom } from "../support/memory/seeded-random.ts";

/** As `POST /_local/faults` takes them. */
export type FaultSet = Readonly<Record<string, unknown>>;

/** How long one set of faults stays before the next. */
const SPELL_MS = 700;
/** Spells until a weather begins again. */
const SPELLS = 8;

/**
 * The faults of a batch: a few spells, each of one to three kinds of fault. Everything derives from the seed.
 * Shares are such that what is tried a few times gets through.
 */
export function weatherOf(seed: number): readonly FaultSet[] {
  const random = seededRandom(seed);
  return Array.from({ length: SPELLS }, () => {
    const set: Record<string, unknown> = { seed: Math.floor(random() * 2 ** 31) };
    const count = Math.floor(random() * 4);
    for (let index = 0; index < count; index += 1) Object.assign(set, pick(FAULTS, random)(random));
    return set;
  });
}

type Random = () => number;

const pick = <T>(choices: readonly T[], random: Random): T => choices[Math.floor(random() * choices.length)]!;
const between = (least: number, most: number, random: Random): number =>
  Math.round(least + (most - least) * random());

const FAULTS: readonly ((random: Random) => FaultSet)[] = [
  (random) => ({ loseDisconnect: pick([0.5, 1], random) }),
  (random) => ({ push: [{ status: pick([410, 429, 500], random), share: pick([0.2, 0.6, 1], random) }] }),
  (random) => kill(pick(["websocket", "websocket", "http"], random), random),
  (random) => kill(pick(["websocket", "http", "worker", "authorizer"], random), random),
  (random) => ({
    database: {
      error: pick(
        [
          "ProvisionedThroughputExceededException",
          "TransactionConflictException",
          "InternalServerError",
          "InternalServerError",
          "ThrottlingException",
        ],
        random,
      ),
      share: pick([0.05, 0.2, 0.5], random),
      delayMs: pick([0, 0, 20], random),
    },
  }),
  (random) => ({ database: { error: "InternalServerError", share: 0, delayMs: between(5, 80, random) } }),
  (random) => ({ indexLagMs: pick([50, 500, 2_000], random) }),
  (random) => ({ staleReads: pick([0.2, 0.5, 1], random) }),
  (random) => ({
    stream: { delayMs: between(0, 600, random), duplicateShare: pick([0.3, 1], random) },
  }),
  () => ({ cut: "all" }),
  (random) => ({
    clockSkewMs: {
      [pick(["websocket", "http", "worker", "authorizer"], random)]: between(-4_000, 4_000, random),
    },
  }),
];

const kill = (name: string, random: Random): FaultSet => ({
  kill: {
    function: name,
    when: pick(["before", "after"], random),
    // A change takes more of them than anything else.
    call: between(1, name === "websocket" || name === "http" ? 8 : 3, random),
    times: between(1, 5, random),
  },
});

/** Keeps changing the faults of a cloud until it is told to clear them. */
export class Weather {
  #stop = new AbortController();
  #blowing: Promise<void> = Promise.resolve();

  constructor(readonly cloud: Endpoints) {}

  begin(sets: readonly FaultSet[]): void {
    this.#stop = new AbortController();
    this.#blowing = this.#blow(sets, this.#stop.signal);
    // `clear` tells; until then a rejection is nobody's.
    this.#blowing.catch(() => undefined);
  }

  /** Rejects where the faults could not be set, too. */
  async clear(): Promise<void> {
    this.#stop.abort();
    await this.#blowing;
    await this.#tell("DELETE");
  }

  /** Puts these faults in force until the next are, or all are cleared. */
  async set(faults: FaultSet): Promise<void> {
    await this.#tell("POST", faults);
  }

  /** How often each kind of fault came true since the cloud began. */
  async injected(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`${this.cloud.httpUrl}/_local/faults/injected`);
    return new Map(Object.entries((await response.json()) as Record<string, number>));
  }

  async #blow(sets: readonly FaultSet[], signal: AbortSignal): Promise<void> {
    for (let index = 0; !signal.aborted; index += 1) {
      await this.set(sets[index % sets.length]!);
      await pause(SPELL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #tell(method: "POST" | "DELETE", body?: FaultSet): Promise<void> {
    const response = await fetch(`${this.cloud.httpUrl}/_local/faults`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== 204) throw new Error(`The faults were refused: ${response.status} ${text}`);
  }
}
