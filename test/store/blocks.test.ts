import { beforeAll, beforeEach, expect, it } from "vitest";
import type { BlockStore } from "../../lambdas/chat/ports.ts";
import { createBlockStore } from "../../lambdas/store/blocks.ts";
import { describeOnEngine } from "../support/engine.ts";
import { freshUserId } from "../support/made-records.ts";

describeOnEngine("the block store", (table) => {
  let blocks: BlockStore;
  let me: string;
  beforeAll(() => {
    blocks = createBlockStore(table());
  });
  beforeEach(() => {
    me = freshUserId();
  });

  it("keeps whom a user has blocked, the latest first, whatever their ids", async () => {
    const long = "ä#%".repeat(85);
    for (const [at, id] of ["bob", "a#b", long].entries()) await blocks.put(me, id, at + 1);
    await blocks.put(me, "bob", 9);
    expect(await blocks.list(me)).toEqual([long, "a#b", "bob"]);
    expect(await Promise.all(["bob", "a#b", long, "eve"].map((id) => blocks.has(me, id, "strong")))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    await blocks.remove(me, "a#b");
    await blocks.remove(me, "a#b");
    expect(await blocks.list(me)).toEqual([long, "bob"]);
    expect(await blocks.has("bob", me, "strong")).toBe(false);
  });

  it("finds those who have blocked somebody", async () => {
    const [eve, mallory, bob] = [freshUserId(), freshUserId(), freshUserId()];
    await blocks.put(eve, me, 1);
    await blocks.put(mallory, me, 1);
    await blocks.put(bob, eve, 1);
    expect(await blocks.among([eve, bob, mallory, me], me)).toEqual(new Set([eve, mallory]));
    expect(await blocks.among([], me)).toEqual(new Set());
  });
});
