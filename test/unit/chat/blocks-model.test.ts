import fc from "fast-check";
import { expect, it } from "vitest";
import { blockUser, unblockUser } from "../../../lambdas/chat/operations/block-user.ts";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { Refusal } from "../../../lambdas/chat/model/refusal.ts";
import { memoryChat } from "../../support/memory/chat.ts";
import { blockKey, MemoryDatabase, pairKey } from "../../support/memory/database.ts";
import { Environment } from "../../support/memory/environment.ts";
import { Interleaver } from "../../support/memory/interleaver.ts";
import { Lane } from "../../support/memory/lane.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";
import { runs } from "../../support/property-runs.ts";

const PEOPLE = ["ann", "bob"] as const;

const op = fc.record({
  type: fc.constantFrom("find", "find", "block", "unblock"),
  death: fc.option(fc.integer({ min: 1, max: 24 }), { nil: null }),
});
/** One lane a user: who blocks and unblocks at once on two devices is out of step with themselves. */
const plans = fc.record({
  seed: fc.nat(),
  answerLoss: fc.constantFrom(0, 0.15),
  lanes: fc.tuple(...PEOPLE.map(() => fc.array(op, { minLength: 1, maxLength: 4 }))),
});

it("a head, once there is one, says what the blocks say, however they and its making cross", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ seed, answerLoss, lanes }) => {
      const database = new MemoryDatabase();
      for (const id of PEOPLE) database.users.set(id, newUser(id));
      const random = seededRandom(seed);
      const interleaver = new Interleaver(random);
      const start = () => {
        const environment = new Environment({ interleaver, random, answerLoss });
        return { environment, chat: memoryChat({ database, hooks: environment, random }) };
      };
      await interleaver.run(
        lanes.map(async (ops, user) => {
          const [me, other] = [PEOPLE[user]!, PEOPLE[1 - user]!];
          const caller = { userId: me, connectionId: null };
          const lane = new Lane(start);
          for (const { type, death } of ops) {
            const act = async (): Promise<void> => {
              if (type === "block") await blockUser(lane.chat, caller, other);
              else if (type === "unblock") await unblockUser(lane.chat, caller, other);
              else await found(lane.chat, me, other);
            };
            // A block that died is repeated; a search need not be.
            const lives = await lane.survives(death, act);
            if (!lives && type !== "find") await lane.survives(null, act);
          }
        }),
      );
      const pair = database.pairs.get(pairKey(...PEOPLE));
      const head = pair && database.heads.get(pair.conversationId);
      for (const { id, blocked = false } of head?.participants ?? []) {
        const other = PEOPLE.find((one) => one !== id)!;
        expect([id, blocked]).toEqual([id, database.blocks.get(blockKey(id, other))?.on ?? false]);
      }
    }),
    runs(1_500),
  );
});

async function found(chat: ReturnType<typeof memoryChat>, me: string, other: string): Promise<void> {
  try {
    await findOrCreateConversation(chat, { userId: me, connectionId: null }, other);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "FORBIDDEN") throw error;
  }
}
