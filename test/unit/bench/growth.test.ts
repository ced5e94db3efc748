import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DIMENSIONS } from "../../../bench/growth/dimensions.ts";
import { linesOf, takesTheSame } from "../../../bench/growth/judge-growth.ts";
import { measureGrowth } from "../../../bench/growth/measure-growth.ts";
import { CONTENT, conversationItems, memberItems, userItem } from "../../../bench/growth/seeded-items.ts";
import { writeItems } from "../../../bench/growth/write-items.ts";
import { planAppend } from "../../../lambdas/chat/model/head.ts";
import { createHeadStore } from "../../../lambdas/store/heads.ts";
import { createInboxStore } from "../../../lambdas/store/inbox.ts";
import type { Item } from "../../../lambdas/store/items.ts";
import { createMessageStore } from "../../../lambdas/store/messages.ts";
import { createPairStore } from "../../../lambdas/store/pairs.ts";
import { createUserStore } from "../../../lambdas/store/users.ts";
import { deploy, type Deployment } from "../../support/deployment.ts";
import type { TestTable } from "../../support/engine.ts";
import { aChange, aConnection, aGroupHead, aHead, aMessage } from "../../support/made-records.ts";
import { seedMember } from "../../support/seed-group.ts";

/** What grows with what is stored is named, and nothing else grows: `npm run bench -- growth` at sizes for every day. */

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy({ MAX_GROUP_MEMBERS: "1000" });
});
afterAll(() => deployment.stop());

describe("what operations cost", () => {
  it.each(DIMENSIONS)("with more and more $title: the same, but for what is named", async (dimension) => {
    const sizes = dimension.name === "members" ? [2, 10, 60] : [10, 300, 2_000];
    const places = await Promise.all(sizes.map((size) => dimension.open(deployment, size)));
    const grown = await measureGrowth(places, dimension.operations, 1);
    const changing = grown.filter((one) => !takesTheSame(dimension, one));
    expect(changing).toEqual([]);
    const missed = grown.flatMap((one) => linesOf(dimension, one)).filter(({ bound }) => !bound?.holds);
    expect(missed).toEqual([]);
  });
});

describe("what is seeded", () => {
  /** Names and types, and numbers of characters: what it weighs. */
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shapeOf);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one)]));
    return typeof value === "string" ? value.length : typeof value;
  };

  async function shapesIn(table: TestTable): Promise<readonly unknown[]> {
    const { Items = [] } = await table.raw.send(new ScanCommand({ TableName: table.name }));
    return Items.map((item) => unmarshall(item))
      .sort((one, other) => keyOf(one).localeCompare(keyOf(other)))
      .map(shapeOf);
  }
  const keyOf = ({ pk, sk }: Item): string => `${String(pk)} ${String(sk)}`;

  it("is what the stores write", async () => {
    const [seeded, stored] = await Promise.all([
      deployment.engine.createTable(),
      deployment.engine.createTable(),
    ]);
    const [reader, writer, at] = ["ada", "bob", 1_700_000_000_000];
    const users = createUserStore(stored);
    await users.saveClaims("cem", { handle: "cem" });
    const online = await users.saveClaims("dee", { handle: "dee" });
    const connection = aConnection("c1", { since: at, lease: at });
    const change = aChange(online, { add: connection, state: "on", version: 1, at });
    await users.changePresence("dee", online.revision, change);

    const head = aHead({
      participants: [reader, writer].map((id) => ({ id, readSeq: 0, readAt: null, stepSeq: 0 })),
      createdAt: at,
      activityAt: at,
    });
    const conversationId = head.id;
    const inbox = createInboxStore(stored);
    await createPairStore(stored).claim(reader, writer, { conversationId, createdAt: at, createdBy: reader });
    await inbox.create(reader, writer, { conversationId, activityAt: at });
    await inbox.create(writer, reader, { conversationId, activityAt: at });
    const heads = createHeadStore(stored);
    await heads.create(head);
    const sent = { senderId: writer, content: CONTENT, clientMessageId: randomUUID(), createdAt: at };
    const message = aMessage({ conversationId, seq: 1, ...sent });
    await createMessageStore(stored).put(message);
    await heads.move(planAppend(head, [message]).move);
    const group = aGroupHead({ createdAt: at });
    await seedMember(stored, group.id, "cem", "member", { joinedSeq: 0, asOfSeq: 1 });

    const talk = { conversationId, userIds: [reader, writer], messages: 1, at } as const;
    await writeItems(seeded, [
      userItem({ id: "cem", handle: "cem", connection: null }),
      userItem({ id: "dee", handle: "dee", connection: { id: "c1", since: at, lease: at } }),
      ...conversationItems(talk, true),
      ...memberItems(group, "cem", "member"),
    ]);
    expect(await shapesIn(seeded)).toEqual(await shapesIn(stored));
  });
});
