import { afterAll, beforeAll, expect, it } from "vitest";
import {
  groupOperationCosts,
  LIST_OF_GROUPS,
  OPERATION_COSTS,
  SETTLE,
  type Units,
} from "../../bench/costs/scenario/operation-costs.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
import { sqsEvent } from "../support/events.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Ledger } from "../support/ledger.ts";
import { seedGroup } from "../support/seed-group.ts";
import { Person, type Device } from "./person.ts";

/** What the calculator of whole months adds to the ledger: groups of any size, and a leave that is settled. */

const CONTENT = "x".repeat(200);

let deployment: Deployment;
let ledger: Ledger;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy();
  ledger = new Ledger(deployment);
  handlers = composeMetered(deployment.table);
});
afterAll(() => deployment.stop());

const person = (): Person => new Person(deployment, () => handlers);

async function expectUnits(name: string, expected: Units, run: () => Promise<unknown>): Promise<void> {
  const { WRU, RRU } = await ledger.costOf(name, run);
  // What a page of records takes depends by half a unit on the ids that stand in it.
  expect({ name, WRU }).toEqual({ name, WRU: expected.WRU });
  expect(RRU, name).toBeLessThanOrEqual(expected.RRU);
  expect(RRU, name).toBeGreaterThanOrEqual(expected.RRU - 0.5);
}

it("a leave that is settled costs what the calculator takes it for", async () => {
  const alice = person();
  await (await alice.connect()).disconnect();
  const user = await createUserStore(deployment.table).get(alice.id, "strong");
  const task = { type: "settle", userId: alice.id, lastSeenAt: user?.lastSeenAt };
  await expectUnits("settle", SETTLE, () => handlers.worker(sqsEvent([task])));
});

it.each([3, 10, 100, 150])(
  "so do rooms, typing, receipts and histories of a group of %i",
  async (members) => {
    const people = Array.from({ length: members }, () => person());
    const devices: Device[] = [];
    for (const who of people) devices.push(await who.connect());
    const [owner, member] = devices as [Device, Device];
    const ids = people.map(({ id }) => id);
    const conversationId = await seedGroup(deployment.table, ids);
    for (let seq = 1; seq <= 60; seq += 1) {
      await owner.act("send_message", { conversationId, content: CONTENT, afterSeq: seq });
    }
    const group = groupOperationCosts(members);
    const act = (action: string, fields: object = {}) => member.act(action, { conversationId, ...fields });
    await expectUnits("join", group.join, () => act("join_conversation"));
    await expectUnits("leave", group.leave, () => act("leave_conversation"));
    await expectUnits("markRead", group.markRead, () => act("mark_read", { seq: 5 }));
    await expectUnits("typing", group.typing, () => member.send({ action: "typing_start", conversationId }));
    const history = () =>
      people[1]!.http({
        route: "GET /api/conversations/{conversationId}/messages",
        path: { conversationId },
        query: { markRead: "false" },
      });
    await history();
    await expectUnits("history", group.history, history);
  },
);

it("so does a list of twenty groups", async () => {
  const who = person();
  await who.http({ route: "GET /api/users", query: { userId: who.id } });
  for (let made = 0; made < 20; made += 1) {
    const other = person();
    const device = await other.connect();
    const conversationId = await seedGroup(deployment.table, [other.id, who.id]);
    await device.act("send_message", { conversationId, content: CONTENT, afterSeq: 1 });
  }
  const { RRU } = await ledger.costOf("list", () => who.http({ route: "GET /api/conversations" }));
  expect(RRU).toBe(OPERATION_COSTS.list.RRU + LIST_OF_GROUPS);
});
