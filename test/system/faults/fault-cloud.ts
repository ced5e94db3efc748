import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { Cast } from "../../support/cast.ts";
import type { Device } from "../../support/device.ts";
import type { Person } from "../../support/person.ts";
import type { Presence } from "../../../lambdas/protocol/objects.ts";
import { startParley, type RunningCloud, type StartParleyOptions } from "../../support/start-parley.ts";

/** What `POST /_local/faults` takes. */
export type FaultSet = Readonly<Record<string, unknown>>;

export type Item = Readonly<Record<string, unknown>>;

/** A stored user, as far as presence is concerned. */
export interface StoredUser {
  readonly state: string;
  readonly connections: Readonly<Record<string, { readonly rooms: Readonly<Record<string, true>> }>>;
}

export interface FaultCloud {
  readonly running: RunningCloud;
  /** The people of the test that runs. */
  readonly cast: Cast;
  set(faults: FaultSet): Promise<void>;
  clear(): Promise<void>;
  /** How many invocations of a route have ended, well or badly. */
  handled(route: string): number;
  /** Every stored item, or those of one partition. */
  items(partition?: string): Promise<readonly Item[]>;
  storedUser(person: Person): Promise<StoredUser>;
}

/** One cloud for the tests of a file: each has people of its own and begins without a fault. */
export function faultCloud(context: NonNullable<StartParleyOptions["context"]>): FaultCloud {
  let running: RunningCloud;
  let cast: Cast;
  beforeAll(async () => {
    running = await startParley({ context });
  });
  beforeEach(() => {
    cast = new Cast(running);
  });
  afterEach(async () => {
    await tell("DELETE");
    await cast.leave();
  });
  afterAll(() => running?.stop());

  const tell = async (method: "POST" | "DELETE", faults?: FaultSet): Promise<void> => {
    const response = await fetch(`${running.httpUrl}/_local/faults`, {
      method,
      ...(faults === undefined ? {} : { body: JSON.stringify(faults) }),
    });
    if (response.status !== 204) throw new Error(`The faults were refused: ${await response.text()}`);
  };
  const look = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${running.httpUrl}${path}`);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const items = async (partition?: string): Promise<readonly Item[]> => {
    const found: Item[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams();
      if (partition !== undefined) query.set("pk", partition);
      if (cursor !== null) query.set("cursor", cursor);
      const page: { items: Item[]; nextCursor: string | null } = await look(
        `/_local/table?${query.toString()}`,
      );
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  };

  return {
    get running() {
      return running;
    },
    get cast() {
      return cast;
    },
    set: (faults) => tell("POST", faults),
    clear: () => tell("DELETE"),
    // The log's line of an invocation: function, route, duration, warmth.
    handled: (route) =>
      running
        .log()
        .split(` ${route} `)
        .filter((rest) => /^\d+ ms /.test(rest)).length,
    items,
    storedUser: async ({ id }) => {
      const user = (await items(`U#${id}`)).find(({ sk }) => sk === "P");
      if (user === undefined) throw new Error(`${id} is not stored.`);
      return user as unknown as StoredUser;
    },
  };
}

export async function presenceOf(asker: Person, { id }: Person): Promise<Presence> {
  return (await asker.get<Presence>(`/api/users?userId=${encodeURIComponent(id)}`)).body;
}

/** The presence events about somebody, as `[version, type]`, in the order of their versions, repeats left out. */
export function historyOf(watcher: Device, { id }: Person): readonly (readonly [number, string])[] {
  const events = [...watcher.all("user_online"), ...watcher.all("user_offline")];
  const told = new Set(
    events.filter(({ userId }) => userId === id).map(({ version, type }) => `${version} ${type}`),
  );
  return [...told]
    .map((text) => [Number(text.split(" ")[0]), text.split(" ")[1]!] as const)
    .toSorted(([one], [other]) => one - other);
}

/** What `historyOf` gives where each transition made one version and one kind of event: on, off, on … */
export const alternating = (transitions: number): readonly (readonly [number, string])[] =>
  Array.from(
    { length: transitions },
    (_, index) => [index + 1, index % 2 === 0 ? "user_online" : "user_offline"] as const,
  );
