import { afterAll, afterEach, beforeAll } from "vitest";
import { startCloudProcess, type RunningCloud } from "../support/start-cloud.ts";
import { FIXTURE, getJson } from "../cli/fixture.ts";
import { eventually } from "../support/pace.ts";

export interface State {
  readonly functions: readonly Record<string, unknown>[];
  readonly connections: readonly {
    id: string;
    user: string | null;
    connectedAt: string;
    lastActiveAt: string;
  }[];
  readonly requests: readonly {
    readonly route: string;
    readonly function: string | null;
    readonly status: number | null;
    readonly databaseCalls: readonly Record<string, unknown>[];
    readonly [field: string]: unknown;
  }[];
  readonly faults: Record<string, unknown>;
}

/** One cloud with the fixture app for all tests of a file, without a fault before each. */
export function sharedCloud() {
  let cloud: RunningCloud | undefined;
  beforeAll(async () => {
    cloud = await startCloudProcess({ projectFolder: FIXTURE });
  });
  afterAll(() => cloud?.stop());
  const url = (): string => cloud?.httpUrl ?? "";
  const clear = () => fetch(`${url()}/_local/faults`, { method: "DELETE" });
  afterEach(async () => {
    await clear();
  });
  const post = (faults: unknown) =>
    fetch(`${url()}/_local/faults`, {
      method: "POST",
      body: typeof faults === "string" ? faults : JSON.stringify(faults),
    });
  const state = async (): Promise<State> => (await getJson(`${url()}/_local/state`)).body as State;
  let lost = 0;
  const left = (id: string): Promise<true> =>
    eventually(async () => ((await state()).connections.every((one) => one.id !== id) ? true : undefined));
  return {
    url,
    wsUrl: () => cloud?.wsUrl ?? "",
    managementUrl: () => cloud?.managementUrl ?? "",
    post,
    clear,
    state,
    set: async (faults: unknown): Promise<void> => {
      const response = await post(faults);
      if (response.status !== 204) throw new Error(await response.text());
    },
    connectionOf: (user: string): Promise<string> =>
      eventually(async () => (await state()).connections.find((one) => one.user === user)?.id),
    /** Those a function has handled. */
    disconnects: async (): Promise<number> =>
      (await state()).requests.filter(({ route }) => route === "$disconnect").length,
    /** Resolves when nobody is connected as this one any more. */
    left,
    /** The same, and each `$disconnect` so far has been handled, but for as many as were lost on purpose. */
    gone: async (id: string, { lost: more = 0 } = {}): Promise<void> => {
      lost += more;
      await left(id);
      await eventually(async () => {
        const { connections, requests } = await state();
        const count = (route: string): number => requests.filter((one) => one.route === route).length;
        return count("$connect") - count("$disconnect") - connections.length === lost ? true : undefined;
      });
    },
  };
}
