import { beforeAll, expect, it } from "vitest";
import type { InboxStore, PairStore, UserStore } from "../../lambdas/chat/ports.ts";
import { createInboxStore } from "../../lambdas/store/inbox.ts";
import { createPairStore } from "../../lambdas/store/pairs.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { sweepShardOf } from "../../lambdas/store/keys.ts";
import { describeOnEngine } from "../support/engine.ts";
import { aChange, freshConversationId } from "../support/made-records.ts";

/** Ids as issuers make them, and as somebody hostile would. */
const IDS = [
  "auth0|5f7c8ec7c33c6c004bbafe82",
  "a b\tc",
  "a#b",
  "a%23b",
  "a%2523b",
  "a%b",
  "a",
  "a#",
  "#a",
  "#",
  "%",
  "%23",
  "P",
  "U#a",
  "a#b#c",
  "👩‍👩‍👧",
  "__proto__",
  "constructor",
  "toString",
  "😀".repeat(255),
  "#".repeat(255),
  "%".repeat(255),
  "é",
  "e\u0301",
];

describeOnEngine("user ids of every kind", (table) => {
  let users: UserStore;
  let pairs: PairStore;
  let inbox: InboxStore;
  beforeAll(async () => {
    users = createUserStore(table());
    pairs = createPairStore(table());
    inbox = createInboxStore(table());
    for (const id of IDS) {
      const user = await users.saveClaims(id, { handle: `handle of ${id}` });
      await users.changePresence(id, 0, aChange(user, { state: "on" }));
    }
  });

  it("are users of their own", async () => {
    const found = await users.getMany(IDS, "strong");
    expect(found.size).toBe(IDS.length);
    for (const id of IDS) {
      const user = await users.get(id, "eventual");
      expect(user).toMatchObject({ id, claims: { handle: `handle of ${id}` } });
      expect(found.get(id)).toEqual(user);
    }
  });

  it("come back whole from the sweep's index", async () => {
    const shards = [...new Set(IDS.map(sweepShardOf))].map((name) => Number(name.slice(1)));
    const pages = await Promise.all(shards.map((shard) => users.listNotOff(shard, null, 100)));
    expect(pages.flatMap(({ userIds }) => userIds).toSorted()).toEqual(IDS.toSorted());
  });

  it("make pairs of their own, the same from both sides", async () => {
    for (const [index, a] of IDS.entries()) {
      await Promise.all(
        IDS.slice(index + 1).map(async (b) => {
          const claim = { conversationId: freshConversationId(), createdAt: 1, createdBy: a };
          // Nobody has claimed it before: no other pair has this key.
          expect(await pairs.claim(a, b, claim)).toEqual(claim);
          expect(await pairs.get(b, a, "eventual")).toEqual(claim);
        }),
      );
    }
    expect(new Set((await pairs.getMany(IDS[0]!, IDS.slice(1))).keys())).toEqual(new Set(IDS.slice(1)));
  });

  it("have inboxes of their own, with peers under their own names", async () => {
    const rows = new Map<string, string>();
    for (const [index, id] of IDS.entries()) {
      const conversationId = freshConversationId();
      rows.set(id, conversationId);
      await inbox.create(id, IDS.at(index - 1)!, { conversationId, activityAt: index });
    }
    for (const [index, id] of IDS.entries()) {
      const row = { conversationId: rows.get(id), activityAt: index };
      expect(await inbox.listByActivity(id, { atMost: null, after: null }, 10)).toEqual([row]);
      expect(await inbox.listPeers(id, null, 10)).toEqual({
        peers: [IDS.at(index - 1)],
        groups: [],
        cursor: null,
      });
    }
  });

  it("hold connections under the ids the gateway gives them", async () => {
    for (const name of ["Zq0lpfIyliACGbQ=", "-_0lpfIyliACGb-=", "000000000000000="]) {
      const user = (await users.get("a", "strong"))!;
      const add = { id: name, lease: 2, since: 1, rooms: new Set<string>() };
      const added = await users.changePresence("a", user.revision, aChange(user, { add, state: "on" }));
      expect(added.user?.connections).toContainEqual(add);
      expect(await users.joinRoom("a", name, "room", 10)).toMatchObject({ type: "joined" });
    }
  });
});
