import type { Endpoints } from "../../test/support/person.ts";

interface Served {
  readonly route: string;
  readonly requestId: string | null;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Units {
  readonly read: number;
  readonly write: number;
}

/** The units that the local cloud counted for requests of this route while `run` ran. */
export async function unitsOf(cloud: Endpoints, route: string, run: () => Promise<void>): Promise<Units> {
  const before = new Set((await served(cloud)).map(({ requestId }) => requestId));
  await run();
  const mine = (await served(cloud)).filter((one) => one.route === route && !before.has(one.requestId));
  return {
    read: mine.reduce((sum, { readUnits }) => sum + readUnits, 0),
    write: mine.reduce((sum, { writeUnits }) => sum + writeUnits, 0),
  };
}

async function served(cloud: Endpoints): Promise<readonly Served[]> {
  const answer = await fetch(`${cloud.httpUrl}/_local/state`);
  return ((await answer.json()) as { requests: readonly Served[] }).requests;
}
