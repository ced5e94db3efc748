import { Person, tokenFor, type Endpoints } from "../../test/support/person.ts";
import type { Figure } from "../benchmark.ts";
import { newcomer } from "./people.ts";
import { unitsOf } from "./units.ts";

const REQUESTS = 100;

/** Two tokens of one user, with different claims, in turn. */
export async function alternateTokens(cloud: Endpoints): Promise<Figure> {
  const { id } = await newcomer(cloud);
  const faces = await Promise.all(
    ["One", "Other"].map(
      async (displayName) => new Person(cloud, id, await tokenFor(cloud, { userId: id, displayName })),
    ),
  );
  const { write } = await unitsOf(cloud, "GET /api/users", async () => {
    for (let turn = 0; turn < REQUESTS; turn += 1) {
      await faces[turn % faces.length]!.get(`/api/users?userId=${encodeURIComponent(id)}`);
    }
  });
  return {
    name: `${REQUESTS} requests with two tokens in turn`,
    before: "1 write unit a request",
    value: write / REQUESTS,
    unit: "write units a request",
  };
}
