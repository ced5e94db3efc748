import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserStore } from "../../lambdas/chat/ports.ts";
import { SWEEP_SHARDS, sweepShardOf } from "../../lambdas/store/keys.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { describeOnEngine } from "../support/engine.ts";
import { aChange, aConnection, freshUserId, storeUser } from "../support/made-records.ts";

describeOnEngine("the user store", (table) => {
  let users: UserStore;
  let me: string;
  beforeAll(() => {
    users = createUserStore(table());
  });
  beforeEach(() => {
    me = freshUserId();
    table().meter.reset();
  });

  const inIndex = async (userId: string): Promise<readonly unknown[]> => {
    const { Items = [] } = await table().raw.send(
      new ScanCommand({
        TableName: table().name,
        IndexName: "not-off",
        FilterExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: `U#${userId}` } },
      }),
    );
    return Items;
  };

  describe("claims", () => {
    it("creates a user who is off and connected to nothing", async () => {
      const claims = { handle: "ada", fullName: "Ada L.", picture: "https://example.org/a.png" };
      const created = await users.saveClaims(me, claims);
      expect(created).toEqual({
        id: me,
        claims,
        claimedAt: {},
        state: "off",
        version: 0,
        revision: 0,
        lastSeenAt: null,
        signedOutAt: null,
        connections: [],
      });
      expect(await users.get(me, "strong")).toEqual(created);
    });

    it("overwrites what is given and leaves the rest, presence included", async () => {
      await storeUser(users, me, ["c1"]);
      await users.saveClaims(me, { handle: "ada", fullName: "Ada" });
      const user = await users.saveClaims(me, { fullName: "Ada Lovelace" });
      expect(user.claims).toEqual({ handle: "ada", fullName: "Ada Lovelace" });
      expect(user.state).toBe("on");
      expect(user.connections.map(({ id }) => id)).toEqual(["c1"]);
    });

    it("keeps of each claim what the latest token said, whoever comes first", async () => {
      await users.saveClaims(me, { handle: "ada", fullName: "Ada" }, 100);
      await users.saveClaims(me, { fullName: "Ada L." }, 300.5);
      const user = await users.saveClaims(me, { handle: "countess", fullName: "Augusta" }, 200);
      expect(user.claims).toEqual({ handle: "countess", fullName: "Ada L." });
      expect(user.claimedAt).toEqual({ handle: 200, fullName: 300.5 });
      expect(await users.saveClaims(me, { fullName: "Byron" }, 300.5)).toEqual(user);
      expect(await users.saveClaims(me, { fullName: "Byron" })).toEqual(user);
      expect(await users.get(me, "strong")).toEqual(user);
    });

    it("takes away a claim that a later token says there is none of", async () => {
      await users.saveClaims(me, { fullName: "Ada", picture: "https://x/a.png" }, 100);
      const user = await users.saveClaims(me, { picture: null }, 200);
      expect(user).toMatchObject({ claims: { fullName: "Ada" }, claimedAt: { fullName: 100, picture: 200 } });
      expect(user.claims).not.toHaveProperty("picture");
      expect(await users.saveClaims(me, { picture: "https://x/a.png" }, 100)).toEqual(user);
    });

    it("ends with the latest of many tokens at once", async () => {
      const times = Array.from({ length: 10 }, (_, n) => ((n * 7) % 10) + 1);
      await Promise.all(times.map((at) => users.saveClaims(me, { fullName: `at ${at}` }, at)));
      expect((await users.get(me, "strong"))?.claims).toEqual({ fullName: "at 10" });
    });

    it("makes one user of many first authentications at once", async () => {
      await Promise.all(Array.from({ length: 10 }, () => users.saveClaims(me, { handle: "ada" })));
      expect(await users.get(me, "strong")).toMatchObject({ revision: 0, claims: { handle: "ada" } });
    });
  });

  it("reads as consistently as it is told, and more users than one request may ask for", async () => {
    const ids = Array.from({ length: 130 }, () => freshUserId());
    await Promise.all(ids.map((id) => users.saveClaims(id, {})));
    table().meter.reset();
    const found = await users.getMany([...ids, ...ids, freshUserId()], "strong");
    expect([...found.keys()].toSorted()).toEqual(ids.toSorted());
    await users.getMany(ids.slice(0, 1), "eventual");
    await users.get(me, "strong");
    await users.get(me, "eventual");
    expect(table().meter.calls.map(({ command, strong }) => [command, strong])).toEqual([
      ["BatchGetItem", true],
      ["BatchGetItem", true],
      ["BatchGetItem", false],
      ["GetItem", true],
      ["GetItem", false],
    ]);
    expect(await users.getMany([], "strong")).toEqual(new Map());
  });

  describe("changePresence", () => {
    it("writes the change and tells the record after it", async () => {
      const user = await users.saveClaims(me, { handle: "ada" });
      const connection = aConnection("Zq0lpfIyliACGbQ=", { rooms: new Set(["room1"]) });
      const result = await users.changePresence(
        me,
        0,
        aChange(user, { add: connection, state: "on", version: 1 }),
      );
      const expected = { ...user, state: "on", version: 1, revision: 1, connections: [connection] };
      expect(result).toEqual({ type: "changed", user: expected });
      expect(await users.get(me, "strong")).toEqual(expected);
    });

    it("keeps when the user was signed out, through whatever comes after", async () => {
      const user = await storeUser(users, me, ["c1"]);
      const out = { ...aChange(user, { remove: ["c1"], state: "off" }), signedOutAt: 1_900_000_000.5 };
      const { user: after } = await users.changePresence(me, user.revision, out);
      expect(after).toMatchObject({ signedOutAt: 1_900_000_000.5, connections: [] });
      await users.changePresence(
        me,
        after!.revision,
        aChange(after!, { add: aConnection("c2"), state: "on" }),
      );
      await users.saveClaims(me, { fullName: "Ada" }, 2_000_000_000);
      expect(await users.get(me, "strong")).toMatchObject({ signedOutAt: 1_900_000_000.5, state: "on" });
    });

    it("keeps of a connection that it takes batches, and of any other nothing of it", async () => {
      let user = await storeUser(users, me, ["plain"]);
      const add = aConnection("modern", { takesBatches: true });
      const changed = await users.changePresence(me, user.revision, aChange(user, { add }));
      if (changed.type !== "changed") throw new Error("Nobody else writes here.");
      ({ user } = changed);
      expect(user.connections.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toEqual([
        aConnection("modern", { takesBatches: true }),
        aConnection("plain"),
      ]);
      await users.joinRoom(me, "modern", "room", 10);
      const read = (await users.get(me, "strong"))!.connections.find(({ id }) => id === "modern");
      expect(read).toMatchObject({ takesBatches: true, rooms: new Set(["room"]) });
    });

    it("refuses a change planned from an older record and tells the one there is", async () => {
      const user = await storeUser(users, me, ["c1"]);
      const change = aChange(user, { remove: ["c1"], state: "off" });
      expect(await users.changePresence(me, user.revision - 1, change)).toEqual({ type: "conflict", user });
      expect(await users.get(me, "strong")).toEqual(user);
    });

    it("tells that there is nobody to change, and creates nobody", async () => {
      const nobody = await storeUser(users, freshUserId());
      const change = aChange(nobody, { add: aConnection("c1"), state: "on" });
      expect(await users.changePresence(me, 0, change)).toEqual({ type: "conflict", user: null });
      expect(await users.get(me, "strong")).toBeNull();
    });

    it("lets one of ten that change the same record through", async () => {
      const user = await users.saveClaims(me, {});
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          users.changePresence(me, 0, aChange(user, { add: aConnection(`c${n}`), state: "on" })),
        ),
      );
      expect(results.filter(({ type }) => type === "changed")).toHaveLength(1);
      const now = await users.get(me, "strong");
      expect(now?.connections).toHaveLength(1);
      for (const result of results) expect(result.user).toEqual(now);
    });

    it("adds and removes at once, and takes what is not there for removed", async () => {
      const user = await storeUser(users, me, ["c1", "c2"]);
      const change = aChange(user, { add: aConnection("c3"), remove: ["c1", "never"] });
      const result = await users.changePresence(me, user.revision, change);
      expect(result.user?.connections.map(({ id }) => id).toSorted()).toEqual(["c2", "c3"]);
    });
  });

  describe("the index of those who are not off", () => {
    it("holds keys alone, of whoever is on or leaving, and loses who is off", async () => {
      const off = await users.saveClaims(me, { handle: "ada" });
      expect(await inIndex(me)).toEqual([]);
      const steps = [
        { state: "on", held: true },
        { state: "leaving", held: true },
        { state: "off", held: false },
        { state: "on", held: true },
      ] as const;
      let { revision } = off;
      for (const { state, held } of steps) {
        await users.changePresence(me, revision, aChange(off, { state }));
        revision += 1;
        const keys = { sweepShard: { S: sweepShardOf(me) }, pk: { S: `U#${me}` }, sk: { S: "P" } };
        expect(await inIndex(me)).toEqual(held ? [keys] : []);
      }
    });

    it("costs nothing while the shard stays the same", async () => {
      const user = await storeUser(users, me, ["c1"]);
      table().meter.reset();
      await users.changePresence(me, user.revision, aChange(user, { add: aConnection("c2") }));
      expect(table().meter.writeUnits).toBe(1);
      expect(table().meter.indexUnits).toEqual({});
    });

    it("is paged shard by shard until everybody was seen once", async () => {
      // 260 users in one shard: three pages.
      const ids: string[] = [];
      for (let n = 0; ids.length < 260; n += 1) {
        const id = `sweep#${n}`;
        if (sweepShardOf(id) === "S3") ids.push(id);
      }
      await Promise.all(
        ids.map(async (id) => {
          const user = await users.saveClaims(id, {});
          await users.changePresence(id, 0, aChange(user, { state: "on" }));
        }),
      );
      const seen: string[] = [];
      let pages = 0;
      let cursor: string | null = null;
      do {
        const page = await users.listNotOff(3, cursor, 100);
        seen.push(...page.userIds);
        cursor = page.cursor;
        pages += 1;
      } while (cursor !== null);
      expect(pages).toBeGreaterThanOrEqual(3);
      expect(seen.filter((id) => id.startsWith("sweep#")).toSorted()).toEqual(ids.toSorted());
      const rest = await Promise.all(
        Array.from({ length: SWEEP_SHARDS }, (_, shard) => users.listNotOff(shard, null, 100)),
      );
      const elsewhere = rest.filter((_, shard) => shard !== 3).flatMap(({ userIds }) => userIds);
      expect(elsewhere.filter((id) => id.startsWith("sweep#"))).toEqual([]);
    });
  });
});
