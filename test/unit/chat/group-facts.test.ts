import { describe, expect, it } from "vitest";
import { factsAfter, systemsUpTo } from "../../../lambdas/chat/model/group-facts.ts";
import { planAppend } from "../../../lambdas/chat/model/head.ts";
import type { GroupEvent, GroupFacts, Head } from "../../../lambdas/chat/model/records.ts";
import { aHead, aMessage } from "../../support/made-records.ts";

const FACTS: GroupFacts = {
  title: "Sailing",
  avatarUrl: "https://pictures.example/1",
  metadata: null,
  history: "all",
  memberCount: 3,
  membershipSeq: 1,
  systemCount: 1,
  systemSeqs: [1],
};
const head: Head = aHead({ id: "g", participants: [], group: FACTS, lastSeq: 1, lastMessageAt: 1 });
const say = (seq: number, system: GroupEvent | null = null) =>
  aMessage({ conversationId: "g", seq, content: system ? "" : "x", system });

describe("the facts of a group", () => {
  it.each<[GroupEvent, Partial<GroupFacts>]>([
    [
      { event: "members_added", userIds: ["eve", "dan"] },
      { memberCount: 5, membershipSeq: 2 },
    ],
    [
      { event: "member_removed", userIds: ["bob"] },
      { memberCount: 2, membershipSeq: 2 },
    ],
    [
      { event: "member_left", userIds: ["bob"], successor: null },
      { memberCount: 2, membershipSeq: 2 },
    ],
    [{ event: "role_changed", userIds: ["bob"], role: "admin" }, { membershipSeq: 2 }],
    [{ event: "details_changed", title: "Rowing" }, { title: "Rowing" }],
    [{ event: "details_changed", avatarUrl: null }, { avatarUrl: null }],
  ])("are the fold of %j", (event, changed) => {
    const after = { ...FACTS, ...changed, systemCount: 2, systemSeqs: [1, 2] };
    expect(factsAfter(FACTS, say(2, event))).toEqual(after);
  });

  it("keep the seqs of the latest 20 system messages, which tell how many there are up to any of them", () => {
    let facts = FACTS;
    for (let seq = 2; seq <= 30; seq += 1)
      facts = factsAfter(
        facts,
        say(seq, seq % 2 === 0 ? null : { event: "details_changed", title: `${seq}` }),
      );
    expect(facts).toMatchObject({
      systemCount: 15,
      systemSeqs: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29],
    });
    for (let seq = 31; seq <= 40; seq += 1)
      facts = factsAfter(facts, say(seq, { event: "details_changed", title: `${seq}` }));
    expect(facts.systemSeqs).toHaveLength(20);
    expect(facts.systemSeqs[0]).toBe(11);
    expect([40, 39, 29, 11, 10].map((seq) => systemsUpTo(facts, seq))).toEqual([25, 24, 15, 6, 5]);
    expect(systemsUpTo(facts, 9)).toBeNull();
  });

  it("are moved with the head where a system message is passed, and left alone where none is", () => {
    const renamed = say(3, { event: "details_changed", title: "Rowing" });
    expect(planAppend(head, [say(2)]).move.set).not.toHaveProperty("group");
    const { move } = planAppend(head, [say(2), renamed]);
    expect(move.expect).toMatchObject({ lastSeq: 1, readSeqs: [] });
    expect(move.set).toMatchObject({ lastSeq: 3, group: { title: "Rowing", systemSeqs: [1, 3] } });
  });

  it("show 20 of those added in the preview", () => {
    const userIds = Array.from({ length: 100 }, (_, n) => `user-${n}`);
    const { move } = planAppend(head, [say(2, { event: "members_added", userIds })]);
    expect(move.set.lastMessage?.system).toEqual({ event: "members_added", userIds: userIds.slice(0, 20) });
    expect(move.set.group?.memberCount).toBe(103);
  });
});
