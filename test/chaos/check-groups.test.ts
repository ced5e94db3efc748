import { describe, expect, test } from "vitest";
import { asked, groupStory, said, told, verdictOfGroup, type GroupStory } from "./group-story.ts";
import type { GroupRefusal } from "./journal.ts";
import { CONVERSATION } from "./story.ts";

const see = ({ journal, log }: GroupStory, to: string, seq: number): void =>
  journal.saw({ to, at: journal.tick(), askedAt: null, source: "event", message: log[seq - 1]! });

const refused = ({ journal }: GroupStory, refusal: Partial<GroupRefusal>): void =>
  void journal.groupRefusals.push({
    ...{ userId: "ann", conversationId: CONVERSATION, action: "send_message", code: "FORBIDDEN" },
    ...{ askedAt: journal.tick(), at: journal.tick(), about: {} },
    ...refusal,
  });

const change = (tale: GroupStory, one: Partial<GroupStory["changes"][number]>): void =>
  void tale.changes.push({
    ...{ conversationId: CONVERSATION, rev: 1, seq: 2, userId: "ann", attemptId: "", at: 0 },
    ...{ change: { type: "delete" } },
    ...one,
  });

describe("of groups, the checker", () => {
  test.each(["all", "from_join"] as const)(
    "finds nothing wrong where nothing is, with history %s",
    (history) => {
      expect(verdictOfGroup(groupStory(history))).toEqual([]);
    },
  );

  test.each<[string, RegExp, (tale: GroupStory) => void]>([
    [
      "an event that nobody asked for",
      /^members: .*nobody asked for members_added \(10/,
      ({ log }) => void log.push(told(10, "ann", { event: "members_added", userIds: ["dan"] })),
    ],
    [
      "one that took a second message",
      /^members: .*removes who is not in it/,
      ({ log }) =>
        void log.push(
          told(10, "ann", { event: "member_removed", userIds: ["cid"] }),
          told(11, "ann", { event: "member_removed", userIds: ["cid"] }),
        ),
    ],
    [
      "a repeat that took a second message",
      /^members: .*is there 2 times by 1 tries/,
      ({ journal, log }) => {
        asked(journal, "ann", { type: "add", userIds: ["dan"] });
        const again = { event: "members_added", userIds: ["dan"] } as const;
        log.push(told(10, "ann", again), told(11, "ann", again));
      },
    ],
    [
      "an event in vain",
      /^members: .*adds who is in it already/,
      ({ journal, log }) => {
        asked(journal, "ann", { type: "add", userIds: ["cid"] });
        log.push(told(10, "ann", { event: "members_added", userIds: ["cid"] }));
      },
    ],
    [
      "a member who adds",
      /^members: .*who is neither its owner nor an admin/,
      ({ journal, log }) => {
        asked(journal, "bob", { type: "add", userIds: ["dan"] });
        log.splice(2, 0, told(3, "bob", { event: "members_added", userIds: ["dan"] }));
      },
    ],
    [
      "an admin who removes the owner",
      /^members: .*who is not above them/,
      ({ journal, log }) => {
        asked(journal, "cid", { type: "remove", userId: "ann" });
        log.push(told(10, "cid", { event: "member_removed", userIds: ["ann"] }));
      },
    ],
    [
      "an owner who leaves to nobody",
      /^members: .*without the right owner/,
      ({ journal, log }) => {
        asked(journal, "ann", { type: "remove", userId: "ann" });
        log.push(told(10, "ann", { event: "member_left", userIds: ["ann"] }));
      },
    ],
    [
      "an addition that was answered and is not in the log",
      /^members: .*add by ann was answered/,
      ({ journal }) => void asked(journal, "ann", { type: "add", userIds: ["dan"] }),
    ],
    [
      "a title that was answered and never was",
      /^members: .*rename by ann was answered/,
      ({ journal }) => void asked(journal, "ann", { type: "rename", title: "a third" }),
    ],
    [
      "a message shown to one who was removed before it",
      /^leaked: .*event showed bob message 6/,
      (tale) => see(tale, "bob", 6),
    ],
    [
      "one shown to somebody who never was in it",
      /^leaked: .*event showed dan message 2/,
      (tale) => see(tale, "dan", 2),
    ],
    [
      "a message of one who was removed before they tried it",
      /^members: .*message 10 is by bob/,
      ({ journal, log }) => {
        log.push(said(10, "bob"));
        journal.intents.push({
          ...{ senderId: "bob", conversationId: CONVERSATION, content: "message 10" },
          ...{ clientMessageId: "client 10", mentions: [], replyToSeq: null, afterSeq: null, maxAttempts: 1 },
          ...{ acks: [], afterSeqs: [], refusals: [], outbox: null, beganAt: journal.tick(), attempts: 1 },
        });
      },
    ],
    [
      "a deletion of another's by a member",
      /^members: .*change 1 of c \(delete\) is by bob/,
      (tale) => change(tale, { userId: "bob", seq: 4 }),
    ],
    [
      "a reaction of a stranger's",
      /^members: .*change 1 of c \(react\) is by dan/,
      (tale) => change(tale, { userId: "dan", change: { type: "react", emoji: "x", on: true } }),
    ],
    [
      "a refusal of what is one's right",
      /^members: .*send_message by ann was refused/,
      (tale) => refused(tale, {}),
    ],
    [
      "a mention refused of one who is in it",
      /^members: .*send_message by ann was refused/,
      (tale) => refused(tale, { code: "INVALID_REQUEST", about: { userIds: ["cid"] } }),
    ],
    [
      "a message not found where all is shown",
      /^members: .*react by cid was refused/,
      (tale) => refused(tale, { userId: "cid", action: "react", code: "NOT_FOUND", about: { seq: 2 } }),
    ],
    [
      "somebody told to be in it who is not",
      /^members: .*dan was told to be in/,
      ({ journal }) =>
        void journal.moves.push({
          userId: "dan",
          conversationId: CONVERSATION,
          at: journal.tick(),
          isIn: true,
        }),
    ],
    [
      "a member who is not listed",
      /^members: .*members are ann owner, not/,
      (tale) => void tale.members.pop(),
    ],
    [
      "a member with another role",
      /^members: .*members are ann owner, cid member, not/,
      (tale) => void (tale.members[1] = { id: "cid", role: "member" }),
    ],
    [
      "one outside who is answered",
      /^members: .*bob, who is not in the group/,
      (tale) => void (tale.outsiders = [["bob", "with messages"]]),
    ],
    ["a list that lacks the group", /^members: .*cid's list lacks/, ({ lists }) => void lists.set("cid", [])],
    [
      "a list of one who is not in it",
      /^members: .*bob's list has the group/,
      ({ lists }) => void lists.set("bob", lists.get("ann")!),
    ],
    [
      "a list with the title before",
      /^members: .*list has group the group/,
      ({ lists }) => void Object.assign(lists.get("ann")![0]!, { title: "the group" }),
    ],
    [
      "a list with another count",
      /^members: .*list has group another, 3 members/,
      ({ lists }) => void Object.assign(lists.get("ann")![0]!, { memberCount: 3 }),
    ],
  ])("finds %s", (_what, finding, spoil) => {
    const tale = groupStory();
    spoil(tale);
    expect(verdictOfGroup(tale)).toContainEqual(expect.stringMatching(finding));
  });

  test("finds what was before one's joining shown to who came later", () => {
    const tale = groupStory("from_join");
    see(tale, "cid", 2);
    expect(verdictOfGroup(tale)).toEqual([expect.stringMatching(/^leaked: event showed cid message 2/)]);
  });
});

describe("of groups, the checker leaves alone", () => {
  test.each<[string, (tale: GroupStory) => void]>([
    ["what was before, shown to who came later to a group that shows all", (tale) => see(tale, "cid", 2)],
    ["the removal, shown to the one removed", (tale) => see(tale, "bob", 5)],
    [
      "the ack of one's own that was tried before one's removal, and came behind it",
      ({ journal, log }) => {
        log.push(said(10, "bob"));
        journal.saw({ to: "bob", at: journal.tick(), askedAt: null, source: "ack", message: log[9]! });
      },
    ],
    ["a refusal of one who has gone", (tale) => refused(tale, { userId: "bob" })],
    [
      "a mention refused of one who has gone",
      (tale) => refused(tale, { code: "INVALID_REQUEST", about: { userIds: ["bob"] } }),
    ],
    [
      "an owner's leaving to the oldest admin",
      ({ journal, log, members, lists }) => {
        asked(journal, "ann", { type: "remove", userId: "ann" });
        log.push(told(10, "ann", { event: "member_left", userIds: ["ann"], successor: "cid" }));
        members.splice(0, 2, { id: "cid", role: "owner" });
        Object.assign(lists.get("cid")![0]!, { myRole: "owner", memberCount: 1 });
        lists.set("ann", []);
      },
    ],
  ])("%s", (_what, spoil) => {
    const tale = groupStory();
    spoil(tale);
    expect(verdictOfGroup(tale)).toEqual([]);
  });
});
