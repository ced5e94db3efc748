import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChangeRecord } from "../../lambdas/chat/model/records.ts";
import type { ChangeStore, MessageStore, ReactionStore } from "../../lambdas/chat/ports.ts";
import { createChangeStore } from "../../lambdas/store/changes.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { reactionKey } from "../../lambdas/store/keys.ts";
import { createReactionStore } from "../../lambdas/store/reactions.ts";
import { describeOnEngine } from "../support/engine.ts";
import { aMessage, freshConversationId } from "../support/made-records.ts";

describeOnEngine("what changes of messages are kept in", (table) => {
  let changes: ChangeStore;
  let messages: MessageStore;
  let reactions: ReactionStore;
  let conversationId: string;
  beforeAll(() => {
    changes = createChangeStore(table());
    messages = createMessageStore(table());
    reactions = createReactionStore(table());
  });
  beforeEach(() => {
    conversationId = freshConversationId();
  });

  const aChange = (rev: number, fields: Partial<ChangeRecord> = {}): ChangeRecord => ({
    conversationId,
    rev,
    seq: 1,
    userId: "a#b %23 😀",
    change: { type: "delete" },
    attemptId: `attempt-${rev}`,
    at: 1_700_000_000_000 + rev,
    ...fields,
  });

  describe("the log of changes", () => {
    it("gives back what it stored, in every field, in its order", async () => {
      const all = [
        aChange(1, { change: { type: "edit", said: { content: "x", mentions: [], metadata: null } } }),
        aChange(2, {
          change: {
            type: "edit",
            said: { content: "x", mentions: ["bob"], metadata: { a: [1, { b: null }] } },
          },
        }),
        aChange(3, { change: { type: "react", emoji: "👩‍👩‍👧", on: false } }),
        aChange(4, { change: { type: "pin", on: true } }),
        aChange(10),
        aChange(100),
      ];
      for (const change of all.toReversed()) expect(await changes.put(change)).toEqual({ type: "stored" });
      expect(await changes.listAfter(conversationId, 0, Infinity)).toEqual(all);
      expect(await changes.listAfter(conversationId, 3, 2)).toEqual(all.slice(3, 5));
      expect(await changes.listAfter(conversationId, 100, 5)).toEqual([]);
    });

    it("lets one of many puts have a slot and shows the others whose it is", async () => {
      const rivals = Array.from({ length: 12 }, (_, n) => aChange(1, { attemptId: `of ${n}` }));
      const outcomes = await Promise.all(rivals.map((rival) => changes.put(rival)));
      const winner = rivals.find((_, index) => outcomes[index]?.type === "stored");
      expect(outcomes.filter(({ type }) => type === "taken")).toEqual(
        Array.from({ length: 11 }, () => ({ type: "taken", by: winner })),
      );
    });

    it("forgets what an edit said, and nothing else, as often as it is told", async () => {
      const edit = aChange(1, {
        change: { type: "edit", said: { content: "secret", mentions: [], metadata: null } },
      });
      await changes.put(edit);
      for (let times = 0; times < 2; times += 1) await changes.empty(conversationId, 1);
      expect(await changes.listAfter(conversationId, 0, 5)).toEqual([
        { ...edit, change: { type: "edit", said: null } },
      ]);
    });
  });

  describe("a message", () => {
    it("moves from rev to rev, and tells whoever comes too late how it is", async () => {
      const sent = aMessage({ conversationId, seq: 1 });
      await messages.put(sent);
      const edited = {
        ...sent,
        rev: 2,
        content: "changed",
        editedAt: 5,
        metadata: { a: 1 },
        mentions: ["bob"],
      };
      expect(await messages.revise(edited, 0)).toEqual({ type: "revised" });
      expect(await messages.revise({ ...sent, rev: 1 }, 0)).toEqual({ type: "conflict", message: edited });
      const reactions = [{ emoji: "👍", count: 1, userIds: ["ada"] }];
      const gone = { ...sent, rev: 7, content: "", deletedAt: 9, pinnedAt: 3, replyToSeq: 4, reactions };
      expect(await messages.revise(gone, 2)).toEqual({ type: "revised" });
      expect(await messages.get(conversationId, 1)).toEqual(gone);
      expect(await messages.getMany(conversationId, [1, 2])).toEqual([gone]);
    });

    it("that is not there cannot be changed", async () => {
      await expect(messages.revise(aMessage({ conversationId, seq: 9, rev: 1 }), 0)).rejects.toThrow(
        "has gone",
      );
    });
  });

  describe("who reacted", () => {
    const reaction = (rev: number, emoji: string, on = true): ChangeRecord =>
      aChange(rev, { userId: "ada", change: { type: "react", emoji, on } });
    const apply = (...made: ChangeRecord[]) => reactions.apply(conversationId, 1, "ada", made);
    const stored = async (): Promise<[number, ...string[]]> => {
      const { rev, emojis } = await reactions.get(conversationId, 1, "ada");
      return [rev, ...[...emojis.keys()].toSorted()];
    };

    it("is kept by message and user, with when, and moved on by changes as often as they come", async () => {
      expect(await stored()).toEqual([0]);
      await apply(reaction(1, "👍"), reaction(2, "🎉"), reaction(3, "👍", false));
      expect(await stored()).toEqual([3, "🎉"]);
      expect((await reactions.get(conversationId, 1, "ada")).emojis.get("🎉")).toEqual({
        at: 1_700_000_000_002,
        rev: 2,
      });
      await apply(reaction(1, "👍"), reaction(2, "🎉"));
      expect(await stored()).toEqual([3, "🎉"]);
      await apply(reaction(2, "🎉"), reaction(3, "👍", false), reaction(4, "❤️"));
      expect(await stored()).toEqual([4, "❤️", "🎉"]);
      await apply(reaction(5, "🎉", false), reaction(6, "❤️", false));
      expect(await stored()).toEqual([6]);
    });

    it("is read also where it was put there before its change was kept with it, as the first", async () => {
      const Key = reactionKey(conversationId, 1, "ada");
      const Item = { ...Key, userId: "ada", rev: 4, "👍": 5 };
      await table().client.send(new PutCommand({ TableName: table().name, Item }));
      expect((await reactions.get(conversationId, 1, "ada")).emojis).toEqual(
        new Map([["👍", { at: 5, rev: 0 }]]),
      );
    });

    it("may be somebody with the longest id there is", async () => {
      const userId = "😀".repeat(255);
      await reactions.apply(conversationId, 1, userId, [reaction(1, "👍")]);
      expect((await reactions.get(conversationId, 1, userId)).emojis.has("👍")).toBe(true);
      expect(await reactions.list(conversationId, 1, null, 5)).toMatchObject([{ userId, rev: 1 }]);
      expect(await reactions.list(conversationId, 1, userId, 5)).toEqual([]);
    });

    it("is listed user by user, of one message alone", async () => {
      const users = ["a", "a#", "a#b", "a%", "b"];
      for (const [index, id] of users.entries())
        await reactions.apply(conversationId, 1, id, [reaction(index + 1, "👍")]);
      await reactions.apply(conversationId, 10, "other", [reaction(1, "👍")]);
      const seen: string[] = [];
      for (let after: string | null = null; ;) {
        const page = await reactions.list(conversationId, 1, after, 2);
        if (page.length === 0) break;
        seen.push(...page.map(({ userId }) => userId));
        after = seen.at(-1)!;
      }
      expect(seen.toSorted()).toEqual(users);
    });
  });
});
