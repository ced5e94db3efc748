import { beforeAll, expect, it } from "vitest";
import type { GroupClaimStore } from "../../lambdas/chat/ports.ts";
import { createGroupClaimStore } from "../../lambdas/store/group-claims.ts";
import { describeOnEngine } from "../support/engine.ts";
import { freshConversationId, freshUserId } from "../support/made-records.ts";

describeOnEngine("the store of claims to groups", (table) => {
  let claims: GroupClaimStore;
  beforeAll(() => {
    claims = createGroupClaimStore(table());
  });

  it("gives a name to one conversation, however many claim it at once", async () => {
    const me = freshUserId();
    expect(await claims.get(me, "trip")).toBeNull();
    const wanted = [freshConversationId(), freshConversationId(), freshConversationId()];
    const got = await Promise.all(wanted.map((id) => claims.claim(me, "trip", id)));
    expect(new Set(got).size).toBe(1);
    expect(wanted).toContain(got[0]);
    expect(await claims.get(me, "trip")).toBe(got[0]);
  });

  it("tells the names of two users apart, and those of one", async () => {
    const [me, other] = [freshUserId(), freshUserId()];
    const mine = freshConversationId();
    await claims.claim(me, "trip", mine);
    const ids = await Promise.all([
      claims.claim(other, "trip", freshConversationId()),
      claims.claim(me, "Trip", freshConversationId()),
      claims.claim(me, "#% \u{10FFFF}".repeat(25), freshConversationId()),
    ]);
    expect(new Set([mine, ...ids]).size).toBe(4);
  });
});
