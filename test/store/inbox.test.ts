import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InboxRow, InboxStore } from "../../lambdas/chat/ports.ts";
import { createInboxStore } from "../../lambdas/store/inbox.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { describeOnEngine } from "../support/engine.ts";
import { freshConversationId, freshUserId, storeUser } from "../support/made-records.ts";

describeOnEngine("the inbox store", (table) => {
  let inbox: InboxStore;
  let me: string;
  beforeAll(() => {
    inbox = createInboxStore(table());
  });
  beforeEach(() => {
    me = freshUserId();
    table().meter.reset();
  });

  const start = { atMost: null, after: null };
  const store = async (activities: readonly number[]): Promise<readonly InboxRow[]> => {
    const rows = activities.map((activityAt) => ({ conversationId: freshConversationId(), activityAt }));
    await Promise.all(rows.map((row, n) => inbox.create(me, `peer-${n}`, row)));
    return rows;
  };
  const activities = (rows: readonly InboxRow[]): number[] => rows.map(({ activityAt }) => activityAt);

  it("lists rows by activity, latest first, for one user only", async () => {
    const [early, late] = await store([1_000, 2_000]);
    await inbox.create(freshUserId(), me, { conversationId: freshConversationId(), activityAt: 3_000 });
    expect(await inbox.listByActivity(me, start, 10)).toEqual([late, early]);
    expect(await inbox.listByActivity(me, start, 1)).toEqual([late]);
    expect(await inbox.listByActivity(me, { atMost: 1_999, after: null }, 10)).toEqual([early]);
    expect(await inbox.listByActivity(me, { atMost: 1_000, after: null }, 10)).toEqual([early]);
    expect(await inbox.listByActivity(me, { atMost: 999, after: null }, 10)).toEqual([]);
  });

  it("creates a row once: a second time changes nothing", async () => {
    const row = { conversationId: freshConversationId(), activityAt: 5_000 };
    await inbox.create(me, "bob", row);
    await inbox.create(me, "eve", { ...row, activityAt: 1_000 });
    expect(await inbox.listByActivity(me, start, 10)).toEqual([row]);
    expect((await inbox.listPeers(me, null, 10)).peers).toEqual(["bob"]);
  });

  it("moves rows up, never down, whoever comes last", async () => {
    const [row] = await store([1_000]);
    const times = [4_000, 9_000, 2_000, 9_000, 7_000];
    await Promise.all(times.map((at) => inbox.moveUp(me, row!.conversationId, at)));
    expect(activities(await inbox.listByActivity(me, start, 10))).toEqual([9_000]);
    await inbox.moveUp(me, row!.conversationId, 8_999);
    expect(activities(await inbox.listByActivity(me, start, 10))).toEqual([9_000]);
  });

  it("lists a row without activity only once it has been moved", async () => {
    const conversationId = freshConversationId();
    await inbox.create(me, "bob", { conversationId, activityAt: null });
    expect(await inbox.listByActivity(me, start, 10)).toEqual([]);
    expect((await inbox.listPeers(me, null, 10)).peers).toEqual(["bob"]);
    await inbox.moveUp(me, conversationId, 1_000);
    expect(await inbox.listByActivity(me, start, 10)).toEqual([{ conversationId, activityAt: 1_000 }]);
  });

  it("lists the archive from the other end, as exactly and as cheaply", async () => {
    const rows = await store([1_000, 2_000, 3_000]);
    for (const row of rows) await inbox.moveUp(me, row.conversationId, row.activityAt, 1);
    const archive = { ...start, archived: true };
    expect(await inbox.listByActivity(me, start, 10)).toEqual([]);
    expect(activities(await inbox.listByActivity(me, archive, 10))).toEqual([3_000, 2_000, 1_000]);
    expect(activities(await inbox.listByActivity(me, { ...archive, atMost: 2_000 }, 10))).toEqual([
      2_000, 1_000,
    ]);
    expect(activities(await inbox.listByActivity(me, { ...archive, after: rows[1]! }, 10))).toEqual([1_000]);
    await inbox.moveUp(me, rows[0]!.conversationId, 4_000, 1);
    await inbox.moveUp(me, rows[2]!.conversationId, 2_500, 1);
    expect(activities(await inbox.listByActivity(me, archive, 10))).toEqual([4_000, 3_000, 2_000]);
  });

  it("moves no row back to an earlier turn of the archive", async () => {
    const [row] = await store([1_000]);
    const move = (at: number, turn: number | null) => inbox.moveUp(me, row!.conversationId, at, turn);
    const sides = async () => [
      activities(await inbox.listByActivity(me, start, 10)),
      activities(await inbox.listByActivity(me, { ...start, archived: true }, 10)),
    ];
    await move(1_000, 1);
    await move(9_000, 0);
    expect(await sides()).toEqual([[], [1_000]]);
    await move(2_000, 2);
    await move(9_000, 1);
    expect(await sides()).toEqual([[2_000], []]);
    await move(1_500, 4);
    expect(await sides()).toEqual([[1_500], []]);
    // Without a turn it stays on its side.
    await move(3_000, null);
    await move(2_900, null);
    expect(await sides()).toEqual([[3_000], []]);
    await move(3_000, 5);
    await move(3_500, null);
    expect(await sides()).toEqual([[], [3_500]]);
  });

  it("moves no row that does not exist into being", async () => {
    await inbox.moveUp(me, freshConversationId(), 1_000);
    expect(await inbox.listByActivity(me, start, 10)).toEqual([]);
    expect(await inbox.listPeers(me, null, 10)).toEqual({ peers: [], groups: [], cursor: null });
  });

  it("goes on behind a row, also among rows of one time, and when that row has since moved", async () => {
    await store([5_000, 5_000, 5_000, 5_000, 4_000]);
    const all = await inbox.listByActivity(me, start, 10);
    const seen: InboxRow[] = [];
    for (;;) {
      const page = await inbox.listByActivity(me, { atMost: null, after: seen.at(-1) ?? null }, 2);
      seen.push(...page);
      if (page.length < 2) break;
    }
    expect(seen).toEqual(all);
    await inbox.moveUp(me, all[1]!.conversationId, 6_000);
    expect(await inbox.listByActivity(me, { atMost: null, after: all[1]! }, 10)).toEqual(all.slice(2));
    expect(await inbox.listByActivity(me, { atMost: 5_000, after: all[3]! }, 10)).toEqual(all.slice(4));
  });

  it("pages through every peer once, in any size of page", async () => {
    await store(Array.from({ length: 25 }, (_, n) => n));
    const expected = Array.from({ length: 25 }, (_, n) => `peer-${n}`).sort();
    for (const limit of [1, 10, 25, 100]) {
      const peers: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await inbox.listPeers(me, cursor, limit);
        expect(page.peers.length).toBeLessThanOrEqual(limit);
        peers.push(...page.peers);
        cursor = page.cursor;
      } while (cursor !== null);
      expect(peers.toSorted()).toEqual(expected);
    }
  });

  describe("of a group", () => {
    const conversationId = freshConversationId();
    const is = async (activityAt: number | null): Promise<void> => {
      expect(await inbox.listByActivity(me, start, 10)).toEqual(
        activityAt === null ? [] : [{ conversationId, activityAt }],
      );
      const { peers, groups } = await inbox.listPeers(me, null, 10);
      expect({ peers, groups }).toEqual({ peers: [], groups: activityAt === null ? [] : [conversationId] });
    };

    it("lists a member's row among groups, not among people", async () => {
      await inbox.derive(me, { conversationId, asOfSeq: 3, activityAt: 1_000 });
      await is(1_000);
      await inbox.moveUp(me, conversationId, 2_000);
      await is(2_000);
    });

    it("keeps one who has gone out of the list, whoever comes late", async () => {
      await inbox.derive(me, { conversationId, asOfSeq: 3, activityAt: 1_000 });
      await inbox.derive(me, { conversationId, asOfSeq: 7, activityAt: null });
      await is(null);
      await inbox.derive(me, { conversationId, asOfSeq: 3, activityAt: 1_000 });
      await inbox.derive(me, { conversationId, asOfSeq: 7, activityAt: 9_000 });
      await inbox.moveUp(me, conversationId, 9_000);
      await is(null);
      await inbox.derive(me, { conversationId, asOfSeq: 9, activityAt: 4_000 });
      await is(4_000);
      await inbox.derive(me, { conversationId, asOfSeq: 7, activityAt: null });
      await is(4_000);
    });

    it("takes the later of two activities at the same message", async () => {
      for (const activityAt of [1_000, 3_000, 2_000]) {
        await inbox.derive(me, { conversationId, asOfSeq: 3, activityAt });
      }
      await is(3_000);
    });
  });

  it("has the index hold inbox rows alone, and of them the keys alone", async () => {
    await storeUser(createUserStore(table()), me, ["c1"]);
    const [row] = await store([1_000]);
    const { Items } = await table().raw.send(
      new ScanCommand({
        TableName: table().name,
        IndexName: "by-activity",
        FilterExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: `U#${me}` } },
      }),
    );
    expect(Items).toEqual([
      { pk: { S: `U#${me}` }, sk: { S: `C#${row!.conversationId}` }, activity: { N: "1000" } },
    ]);
  });
});
