import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openConnection } from "../../../lambdas/chat/operations/open-connection.ts";
import { findOrCreateConversation } from "../../../lambdas/chat/operations/find-or-create-conversation.ts";
import { syncMessages } from "../../../lambdas/chat/operations/sync-messages.ts";
import { joinConversation } from "../../../lambdas/chat/operations/join-conversation.ts";
import { sendMessage } from "../../../lambdas/chat/operations/send-message.ts";
import { memoryChat, MemorySockets, NO_QUEUE } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { Environment } from "../../support/memory/environment.ts";
import { Interleaver } from "../../support/memory/interleaver.ts";
import { seededRandom } from "../../support/memory/seeded-random.ts";
import { newUser } from "../../support/memory/users.ts";
import { runs } from "../../support/property-runs.ts";

const START = Date.UTC(2030, 0, 1);

/** Functions over one database whose steps are drawn from one seed. */
function functions(seed: number) {
  const random = seededRandom(seed);
  const database = new MemoryDatabase();
  const interleaver = new Interleaver(random);
  const sockets = new MemorySockets();
  const start = () =>
    memoryChat({
      database,
      sockets,
      random,
      hooks: new Environment({ interleaver, random }),
      now: () => START,
    });
  for (const id of ["ann", "bob", "cy"]) database.users.set(id, newUser(id));
  return { database, sockets, start, run: (tasks: readonly Promise<unknown>[]) => interleaver.run(tasks) };
}

describe("operations that meet", () => {
  it("give whoever connects and syncs during a send the message, by one or the other", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.boolean(), async (seed, joins) => {
        const { database, sockets, start, run } = functions(seed);
        const ann = { userId: "ann", connectionId: null };
        const bob = { userId: "bob", connectionId: "bobs" };
        const { conversationId } = await findOrCreateConversation(memoryChat({ database }), ann, "bob");
        let synced: readonly number[] = [];
        const arrive = async (): Promise<void> => {
          const chat = start();
          const times = { tokenExpiresAt: START + 60_000, tokenIssuedAt: null };
          await openConnection(chat, NO_QUEUE, { ...bob, ...times });
          if (joins) await joinConversation(chat, bob, conversationId);
          const answer = await syncMessages(chat, bob, { conversationId, afterSeq: 0, limit: 50 });
          synced = answer.messages.map(({ seq }) => seq);
        };
        const message = { conversationId, content: "hello", clientMessageId: null, afterSeq: null };
        await run([sendMessage(start(), ann, message), arrive()]);
        const pushed = sockets.pushed.filter(({ connectionId }) => connectionId === "bobs");
        expect(synced.length + pushed.length).toBeGreaterThan(0);
      }),
      runs(400),
    );
  });

  it("make one conversation of a pair, whoever asks, however often", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { database, start, run } = functions(seed);
        const ids: string[] = [];
        const ask = async (userId: string, otherId: string): Promise<void> => {
          const chat = start();
          const asked = await findOrCreateConversation(chat, { userId, connectionId: null }, otherId);
          ids.push(asked.conversationId);
          // Whoever has the id can use it.
          expect(database.heads.get(asked.conversationId)).not.toBeNull();
          expect(database.rows.values().filter((row) => row.conversationId === ids[0])).toHaveLength(2);
        };
        await run([ask("ann", "bob"), ask("bob", "ann"), ask("ann", "bob"), ask("bob", "ann")]);
        expect(new Set(ids).size).toBe(1);
        expect(database.heads.values()).toHaveLength(1);
      }),
      runs(150),
    );
  });
});
