import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { previewOf } from "../../../lambdas/chat/model/head.ts";
import { judgeReaction } from "../../../lambdas/chat/model/message-rules.ts";
import type { ChangeRecord, Head, MessageRecord } from "../../../lambdas/chat/model/records.ts";
import { repairChanges } from "../../../lambdas/chat/operations/repair-changes.ts";
import { appendChange } from "../../../lambdas/chat/steps/append-change.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { MemoryDatabase, slotKey } from "../../support/memory/database.ts";
import { Environment } from "../../support/memory/environment.ts";
import { Interleaver } from "../../support/memory/interleaver.ts";
import { Lane } from "../../support/memory/lane.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { aGroupHead, aMessage } from "../../support/made-records.ts";
import { runs } from "../../support/property-runs.ts";

/** More have reacted than a message names: who moves up where one of those it names takes theirs back. */

const ID = "Conversation0123456789".slice(0, 22);
const START = Date.UTC(2030, 0, 1);
const LISTED = 20;
const REACTED = 22;
const PEOPLE = Array.from({ length: 24 }, (_, index) => `user-${index}`);

interface Wish {
  readonly user: number;
  readonly emoji: string;
  readonly on: boolean;
}
type Op =
  | { readonly type: "react"; readonly wish: Wish; readonly deaths: readonly (number | null)[] }
  | { readonly type: "repair"; readonly death: number | null };

const death = fc.option(fc.integer({ min: 1, max: 40 }), { nil: null });
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("react" as const),
      wish: fc.record({
        user: fc.oneof(fc.nat(5), fc.integer({ min: 18, max: PEOPLE.length - 1 })),
        emoji: fc.constantFrom("👍", "👍", "👍", "🎉"),
        on: fc.constantFrom(false, false, true),
      }),
      deaths: fc.array(death, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("repair" as const), death }) },
);
const plans = fc.record({
  seed: fc.nat(),
  answerLoss: fc.constantFrom(0, 0, 0.15),
  lanes: fc.array(
    fc.record({ skewMs: fc.constantFrom(0, -40, 25), ops: fc.array(op, { minLength: 1, maxLength: 6 }) }),
    { minLength: 2, maxLength: 4 },
  ),
});

/** Who has put each emoji, in the order of the log, as of a rev. */
function reactorsAt(changes: readonly ChangeRecord[], upTo: number): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { rev, userId, change } of changes) {
    if (rev > upTo || change.type !== "react") continue;
    const others = (found.get(change.emoji) ?? []).filter((id) => id !== userId);
    found.set(change.emoji, change.on ? [...others, userId] : others);
  }
  return found;
}

const reactionsOf = (
  reactors: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, { readonly count: number; readonly userIds: readonly string[] }> =>
  new Map(
    [...reactors]
      .filter(([, ids]) => ids.length > 0)
      .map(([emoji, ids]) => [emoji, { count: ids.length, userIds: ids.slice(0, LISTED) }]),
  );

const asMap = ({ reactions }: MessageRecord): ReturnType<typeof reactionsOf> =>
  new Map(reactions.map(({ emoji, count, userIds }) => [emoji, { count, userIds }]));

async function react(lane: Pick<Lane, "chat">, head: Head, { user, emoji, on }: Wish, attemptId: string) {
  const draft = { seq: 1, userId: PEOPLE[user]!, attemptId, reacts: true };
  return appendChange(lane.chat, head, draft, ({ message, own }) =>
    judgeReaction(message, own, { emoji, on }),
  );
}

describe("taking back a reaction among more than a message names, with environments that die", () => {
  it("leaves the first twenty of those who still have it, in everybody's eyes", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const database = new MemoryDatabase();
        const message = aMessage({ conversationId: ID, seq: 1 });
        database.messages.set(slotKey(ID, 1), message);
        database.heads.set(ID, aGroupHead({ id: ID, lastSeq: 1, lastMessage: previewOf(message) }));
        const head = (): Head => database.heads.get(ID)!;
        const still = { chat: memoryChat({ database }) };
        for (let user = 0; user < REACTED; user += 1)
          await react(still, head(), { user, emoji: "👍", on: true }, `first-${user}`);

        const random = seededRandom(plan.seed);
        const interleaver = new Interleaver(random);
        const told: MessageRecord[] = [];
        let now = START;
        const lanes = plan.lanes.map(async ({ skewMs, ops }) => {
          const lane = new Lane(() => {
            const environment = new Environment({
              interleaver,
              random,
              onStep: () => (now += Math.floor(random() * 4)),
              answerLoss: plan.answerLoss,
              pageSize: 10,
            });
            const chat = memoryChat({ database, hooks: environment, random, now: () => now + skewMs });
            return { chat, environment };
          });
          for (const one of ops) {
            if (one.type === "repair") {
              await lane.survives(one.death, () =>
                repairChanges(lane.chat, ID, 1, database.changeLog(ID).length),
              );
              continue;
            }
            for (const step of one.deaths) {
              const survives = await lane.survives(step, async () => {
                const changed = await react(lane, head(), one.wish, String(random()));
                if (!lane.environment.isDead) told.push(changed.message);
              });
              if (survives) break;
            }
          }
        });
        await interleaver.run(lanes);
        await repairChanges(still.chat, ID, 1, database.changeLog(ID).length);

        const changes = database.changeLog(ID);
        const stored = database.messages.get(slotKey(ID, 1))!;
        expect(stored.rev).toBe(changes.length);
        expect(asMap(stored)).toEqual(reactionsOf(reactorsAt(changes, stored.rev)));
        expect(head().lastMessage).toEqual(previewOf(stored));
        const versions = database.messages.history(slotKey(ID, 1));
        for (const one of [...told, ...versions]) {
          // One state for each rev, and nobody in it who is none of the first.
          const same = versions.find(({ rev }) => rev === one.rev);
          if (same) expect(one).toEqual(same);
          const as = reactorsAt(changes, one.rev);
          for (const { emoji, count, userIds } of one.reactions) {
            expect(count).toBe(as.get(emoji)!.length);
            expect(userIds).toEqual(as.get(emoji)!.slice(0, userIds.length));
          }
        }
      }),
      runs(400),
    );
  });
});
