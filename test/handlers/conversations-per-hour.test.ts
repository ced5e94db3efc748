import { afterAll, beforeAll, expect, it } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Person } from "./person.ts";

const PER_HOUR = 4;
const HOUR = 60 * 60 * 1_000;

let deployment: Deployment;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy({ CONVERSATIONS_PER_HOUR: String(PER_HOUR) });
  handlers = composeMetered(deployment.table);
});
afterAll(() => deployment.stop());

async function user(): Promise<Person> {
  const person = new Person(deployment, () => handlers);
  await person.http({ route: "GET /api/users", query: { userId: person.id } });
  return person;
}
const users = (count: number): Promise<readonly Person[]> => Promise.all(Array.from({ length: count }, user));

/** The statuses of one person's requests for conversations, each over a function environment of its own. */
const begin = async (one: Person, others: readonly { readonly id: string }[]): Promise<readonly number[]> =>
  Promise.all(
    others.map(async ({ id }) => {
      const environment = composeMetered(deployment.table);
      const again = new Person(deployment, () => environment, { sub: one.id });
      const route = "POST /api/conversations/find-or-create";
      return (await again.http({ route, body: { otherUserId: id } })).status;
    }),
  );

it("lets so many new conversations be begun, over all environments, and says when to come again", async () => {
  const [alice, ...others] = await users(12);
  const statuses = await begin(alice!, others);
  expect(statuses.filter((status) => status === 200)).toHaveLength(PER_HOUR);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  const more = await user();
  const refused = await alice!.http({
    route: "POST /api/conversations/find-or-create",
    body: { otherUserId: more.id },
  });
  expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(3_500);
  deployment.passTime(HOUR);
  expect(await begin(alice!, [more])).toEqual([200]);
});

it("does not count what is found again, nor unknown users, nor what others begin", async () => {
  const [alice, bob, ...others] = await users(2 + PER_HOUR);
  expect(await begin(bob!, [alice!])).toEqual([200]);
  expect(
    new Set(
      await begin(
        alice!,
        Array.from({ length: 8 }, () => bob!),
      ),
    ),
  ).toEqual(new Set([200]));
  expect(
    new Set(
      await begin(
        alice!,
        Array.from({ length: 8 }, () => ({ id: "nobody" })),
      ),
    ),
  ).toEqual(new Set([404]));
  expect(new Set(await begin(alice!, others))).toEqual(new Set([200]));
});

it("counts one conversation asked for many times at once as one", async () => {
  const [alice, bob, ...others] = await users(1 + PER_HOUR + 1);
  const statuses = await begin(
    alice!,
    Array.from({ length: PER_HOUR }, () => bob!),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await begin(alice!, others)).filter((status) => status === 200)).toHaveLength(PER_HOUR - 1);
});

it("costs one write more for a conversation made, none for one found or refused again", async () => {
  const [alice, ...others] = await users(PER_HOUR + 2);
  const { meter } = deployment.table;
  const find = async (other: Person): Promise<number> => {
    meter.reset();
    const route = "POST /api/conversations/find-or-create";
    await alice!.http({ route, body: { otherUserId: other.id } });
    return meter.writeUnits;
  };
  const units = [];
  for (const other of others) units.push(await find(other));
  expect(units).toEqual([6, 6, 6, 6, 1]);
  expect(await find(others.at(-1)!)).toBe(0);
  expect(await find(others[0]!)).toBe(0);
});
