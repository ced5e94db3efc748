import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OPERATION_COSTS, type Operation } from "../../bench/costs/scenario/operation-costs.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
import { sqsEvent } from "../support/events.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Ledger } from "../support/ledger.ts";
import { seedConversations } from "../support/seed-conversations.ts";
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

async function expectUnits(operation: Operation, run: () => Promise<unknown>): Promise<void> {
  const { WRU, RRU } = await ledger.costOf(operation, run);
  const { WRU: writes, RRU: reads } = OPERATION_COSTS[operation];
  expect({ operation, WRU, RRU }).toEqual({ operation, WRU: writes, RRU: reads });
}

it("connections cost what the calculator takes them for", async () => {
  const alice = person();
  await (await alice.connect()).disconnect();
  const user = await createUserStore(deployment.table).get(alice.id, "strong");
  const task = { type: "settle", userId: alice.id, lastSeenAt: user?.lastSeenAt };
  await expectUnits("settle", () => handlers.worker(sqsEvent([task])));
  let device: Device | undefined;
  await expectUnits("firstConnect", () => alice.connect());
  await expectUnits("furtherConnect", async () => {
    device = await alice.connect();
  });
  await expectUnits("disconnect", async () => device?.disconnect());
});

it("so do rooms, typing, sends, receipts and histories", async () => {
  const [alice, bob] = [person(), person()];
  const [first] = [await alice.connect(), await alice.connect()];
  const [second] = [await bob.connect(), await bob.connect()];
  const conversationId = await alice.conversationWith(bob);
  const send = (afterSeq: number) => () =>
    first.act("send_message", { conversationId, content: CONTENT, clientMessageId: randomUUID(), afterSeq });
  await expectUnits("join", () => first.act("join_conversation", { conversationId }));
  await second.act("join_conversation", { conversationId });
  for (let seq = 0; seq < 60; seq += 1) await send(seq)();
  await expectUnits("send", send(60));
  await expectUnits("typing", () => first.send({ action: "typing_start", conversationId }));
  await first.send({ action: "typing_stop", conversationId });
  await second.act("mark_read", { conversationId, seq: 1 });
  await expectUnits("markRead", () => second.act("mark_read", { conversationId, seq: 2 }));
  await bob.http({ route: "GET /api/users", query: { userId: bob.id } });
  await expectUnits("history", () =>
    bob.http({
      route: "GET /api/conversations/{conversationId}/messages",
      path: { conversationId },
      query: { markRead: "false" },
    }),
  );
  await expectUnits("leave", () => second.act("leave_conversation", { conversationId }));
});

it("so does a list of twenty", async () => {
  const alice = person();
  await alice.http({ route: "GET /api/users", query: { userId: alice.id } });
  const begun = Date.now() - 2 * QUARTER_HOUR;
  const activities = Array.from({ length: 30 }, (_, index) => begun - index * (QUARTER_HOUR + 1));
  await seedConversations(deployment.table, alice.id, CONTENT, activities);
  await expectUnits("list", () => alice.http({ route: "GET /api/conversations" }));
});
