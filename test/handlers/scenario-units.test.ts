import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  groupOperationCosts,
  LIST_OF_GROUPS,
  OPERATION_COSTS,
  type Units,
} from "../../bench/costs/scenario/operation-costs.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
import { sqsEvent } from "../support/events.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Ledger } from "../support/ledger.ts";
import { seedConversations } from "../support/seed-conversations.ts";
import { seedGroup } from "../support/seed-group.ts";
import { Person, type Device } from "./person.ts";

/** The calculator of whole months takes its units from here: a pair with two devices each, remembered. */

const CONTENT = "x".repeat(200);
const QUARTER_HOUR = 15 * 60 * 1_000;

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

const pair = OPERATION_COSTS;

it("connections cost what the calculator takes them for", async () => {
  const alice = person();
  await (await alice.connect()).disconnect();
  const user = await createUserStore(deployment.table).get(alice.id, "strong");
  const task = { type: "settle", userId: alice.id, lastSeenAt: user?.lastSeenAt };
  await expectUnits("settle", pair.settle, () => handlers.worker(sqsEvent([task])));
  let device: Device | undefined;
  await expectUnits("firstConnect", pair.firstConnect, () => alice.connect());
  await expectUnits("furtherConnect", pair.furtherConnect, async () => {
    device = await alice.connect();
  });
  await expectUnits("disconnect", pair.disconnect, async () => device?.disconnect());
});

it("so do rooms, typing, sends, receipts and histories", async () => {
  const [alice, bob] = [person(), person()];
  const [first] = [await alice.connect(), await alice.connect()];
  const [second] = [await bob.connect(), await bob.connect()];
  const conversationId = await alice.conversationWith(bob);
  const send = (afterSeq: number) => () =>
    first.act("send_message", { conversationId, content: CONTENT, clientMessageId: randomUUID(), afterSeq });
  await expectUnits("join", pair.join, () => first.act("join_conversation", { conversationId }));
  await second.act("join_conversation", { conversationId });
  for (let seq = 0; seq < 60; seq += 1) await send(seq)();
  await expectUnits("send", pair.send, send(60));
  await expectUnits("typing", pair.typing, () => first.send({ action: "typing_start", conversationId }));
  await first.send({ action: "typing_stop", conversationId });
  await second.act("mark_read", { conversationId, seq: 1 });
  await expectUnits("markRead", pair.markRead, () => second.act("mark_read", { conversationId, seq: 2 }));
  await bob.http({ route: "GET /api/users", query: { userId: bob.id } });
  await expectUnits("history", pair.history, () =>
    bob.http({
      route: "GET /api/conversations/{conversationId}/messages",
      path: { conversationId },
      query: { markRead: "false" },
    }),
  );
  await expectUnits("leave", pair.leave, () => second.act("leave_conversation", { conversationId }));
});

it("so does a list of twenty", async () => {
  const alice = person();
  await alice.http({ route: "GET /api/users", query: { userId: alice.id } });
  const begun = Date.now() - 2 * QUARTER_HOUR;
  const activities = Array.from({ length: 30 }, (_, index) => begun - index * (QUARTER_HOUR + 1));
  await seedConversations(deployment.table, alice.id, CONTENT, activities);
  await expectUnits("list", pair.list, () => alice.http({ route: "GET /api/conversations" }));
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
  expect(RRU).toBe(pair.list.RRU + LIST_OF_GROUPS);
});
