import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { costOfMessage, costWithJobs } from "../../bench/costs/group-message.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
import { sqsEvent } from "../support/events.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Ledger } from "../support/ledger.ts";
import { seedGroup } from "../support/seed-group.ts";
import { Person, type Device } from "./person.ts";

/** The model behind the table of costs by size, held against what the engine charges; the rest of it is arithmetic. */

const DEVICES = 2;

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

interface Gathered {
  readonly conversationId: string;
  readonly sender: Device;
}

/** A group whose first members are online. */
async function gather(members: number, online: number): Promise<Gathered> {
  const people = Array.from({ length: members }, () => new Person(deployment, () => handlers));
  for (const who of people) await who.http({ route: "GET /api/conversations" });
  let sender: Device | undefined;
  for (const who of people.slice(0, online))
    for (let count = 0; count < DEVICES; count += 1) sender = await who.connect();
  const ids = people.map(({ id }) => id);
  return { conversationId: await seedGroup(deployment.table, ids), sender: sender! };
}

describe("a message in a group", () => {
  it.each([
    [2, 2],
    [20, 6],
    [100, 30],
    [250, 250],
  ])("of %i, %i of them online, costs what the model says", async (members, online) => {
    const { conversationId, sender } = await gather(members, online);
    const send = (afterSeq: number) =>
      sender.act("send_message", {
        ...{ conversationId, content: "x".repeat(200), clientMessageId: randomUUID(), afterSeq },
      });
    const jobs: number[] = [];
    const tellLater = async (): Promise<void> => {
      for (const { task } of deployment.queue.take()) {
        if (task.type !== "tell") continue;
        jobs.push(task.targets.length);
        await handlers.worker(sqsEvent([task]));
      }
    };
    // The functions know the group from then on.
    await send(1);
    await tellLater();
    jobs.length = 0;
    const name = `message in a group of ${members}, ${online} online`;
    const sent = await ledger.costOf(name, () => send(2));
    const told = await ledger.costOf(`${name}: the worker`, async () => {
      await tellLater();
      await handlers.worker(sqsEvent([{ type: "repair", conversationId, seq: 3 }]));
    });
    const group = { members, online, devices: DEVICES };
    const model = costWithJobs(group, jobs);
    const byWorker = model.RRU - costWithJobs(group, []).RRU + 1;
    expect(sent).toMatchObject({ WRU: model.WRU, RRU: model.RRU - byWorker });
    expect(told.WRU).toBe(0);
    // How many users the connections of a job belong to is drawn.
    expect(Math.abs(told.RRU - byWorker)).toBeLessThanOrEqual(jobs.length === 0 ? 0 : 0.05 * byWorker);
    // A push that is late on a busy machine is made again: one job more, or a longer one.
    const isLate = jobs.reduce((sum, targets) => sum + targets, 0) > Math.max(0, model.pushes - 200);
    if (isLate) return;
    expect(sent.pushes + told.pushes).toBe(model.pushes);
    expect(model).toEqual(costOfMessage(group));
  });
});
