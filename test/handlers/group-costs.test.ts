import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import { groupIn, groupsOf } from "../support/groups.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Ledger } from "../support/ledger.ts";
import { Person } from "./person.ts";

/** What membership costs, as the engine charges it: user ids are UUIDs, and whoever asks is known. */

let deployment: Deployment;
let ledger: Ledger;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy();
  ledger = new Ledger(deployment);
  handlers = composeMetered(deployment.table);
});
afterAll(async () => {
  console.table(ledger.figures);
  await deployment.stop();
});

async function users(count: number): Promise<readonly Person[]> {
  const people = Array.from({ length: count }, () => new Person(deployment, () => handlers));
  await Promise.all(people.map((who) => who.http({ route: "GET /api/conversations" })));
  return people;
}

describe("units of groups", () => {
  it.each([
    [1, { WRU: 5 }],
    [10, { WRU: 32 }],
  ])("adding %i members: two units, and three a member", async (count, { WRU }) => {
    const [owner, ...others] = await users(count + 2);
    const memberIds = others.slice(0, 1).map(({ id }) => id);
    const { id } = groupIn(await groupsOf(owner!).make({ memberIds }));
    const newcomers = others.slice(1).map((who) => who.id);
    const cost = await ledger.costOf(`add ${count}`, () => groupsOf(owner!).add(id, newcomers));
    expect(cost.WRU).toBe(WRU);
  });

  it("making one of five: two units, three a member", async () => {
    const [owner, ...others] = await users(5);
    const memberIds = others.map(({ id }) => id);
    const cost = await ledger.costOf("make of 5", () => groupsOf(owner!).make({ memberIds }));
    expect(cost.WRU).toBe(17);
  });

  it("a title two, a role three, a removal five", async () => {
    const [owner, other] = await users(2);
    const { id } = groupIn(await groupsOf(owner!).make({ memberIds: [other!.id] }));
    const title = await ledger.costOf("title", () => groupsOf(owner!).change(id, { title: "Rowing" }));
    expect(title.WRU).toBe(2);
    const role = await ledger.costOf("role", () => groupsOf(owner!).role(id, other!.id, "admin"));
    expect(role.WRU).toBe(3);
    const removal = await ledger.costOf("removal", () => groupsOf(owner!).remove(id, other!.id));
    expect(removal.WRU).toBe(5);
  });
});
