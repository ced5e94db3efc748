import type { Endpoints, Person } from "../../test/support/person.ts";
import { atMost, type Figure } from "../benchmark.ts";
import { withLimit } from "../load/paced.ts";
import { newcomer, newcomers } from "./people.ts";
import { unitsOf } from "./units.ts";

/** One user begins a conversation with one after another of many. */
export async function beginConversations(cloud: Endpoints, count: number, perHour: number): Promise<Figure> {
  const alice = await newcomer(cloud);
  let begun = 0;
  for (const { id } of await newcomers(cloud, count)) begun += (await begin(alice, id)) === 200 ? 1 : 0;
  return {
    name: `${count} find-or-creates in a row`,
    before: `${count} served`,
    value: begun,
    unit: "served",
    bound: atMost(begun, perHour),
  };
}

const begin = async (one: Person, otherUserId: string): Promise<number> =>
  (await one.post("/api/conversations/find-or-create", { otherUserId })).status;

/** The price of the shortest list of somebody with very many conversations nobody has written in. */
export async function listAmongFresh(cloud: Endpoints, count: number): Promise<Figure> {
  const alice = await newcomer(cloud);
  await withLimit(8, await newcomers(cloud, count), ({ id }) => begin(alice, id));
  const { read } = await unitsOf(cloud, "GET /api/conversations", async () => {
    const { status } = await alice.get("/api/conversations?limit=1");
    if (status !== 200) throw new Error(`The list was refused: ${status}`);
  });
  return {
    name: `a list with limit=1 among ${count} fresh conversations`,
    before: "615 read units",
    value: read,
    unit: "read units",
  };
}
