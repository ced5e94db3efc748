import { beforeAll, expect, it } from "vitest";
import type { PresenceState } from "../../lambdas/chat/model/records.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import { createInboxStore } from "../../lambdas/store/inbox.ts";
import { createMessageStore } from "../../lambdas/store/messages.ts";
import { createPairStore } from "../../lambdas/store/pairs.ts";
import { readStreamRecord } from "../../lambdas/store/stream-records.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { describeOnEngine } from "../support/engine.ts";
import { readStream } from "../support/read-stream.ts";
import { aChange, aConnection, aHead, aMessage } from "../support/made-records.ts";

const T = 1_700_000_000_000;

/** The records a real stream carries after one run through the life of a pair. */
describeOnEngine("what the table's stream tells", (table) => {
  const id = "odd#id%";
  let changes: readonly ReturnType<typeof readStreamRecord>[];
  const head = aHead();

  beforeAll(async () => {
    const users = createUserStore(table());
    let user = await users.saveClaims(id, {});
    const step = async (state: PresenceState, version: number, lastSeenAt: number | null): Promise<void> => {
      const change = aChange(user, { state, version, lastSeenAt, at: T + user.revision });
      user = (await users.changePresence(id, user.revision, change)).user!;
    };
    await step("on", 1, null);
    const another = aChange(user, { add: aConnection("c1") });
    user = (await users.changePresence(id, user.revision, another)).user!;
    await users.joinRoom(id, "c1", head.id, 10);
    await users.saveClaims(id, { handle: "ada" });
    await step("leaving", 1, T + 7);
    await step("on", 1, T + 7);
    await step("off", 2, T + 8);

    await createPairStore(table()).claim("ada", id, {
      conversationId: head.id,
      createdAt: T,
      createdBy: "ada",
    });
    await createInboxStore(table()).create(id, "ada", { conversationId: head.id, activityAt: T });
    await createHeadStore(table()).create(head);
    await createHeadStore(table()).putReadStep(head.id, { participant: 0, seq: 1, at: T });
    const messages = createMessageStore(table());
    for (const seq of [1, 2]) await messages.put(aMessage({ conversationId: head.id, seq }));

    const records = await readStream(table(), () => true, 14);
    changes = records.map(({ dynamodb }) => readStreamRecord(dynamodb ?? {}));
  });

  it("is a transition wherever the state moves, with what peers are told, and nothing else", () => {
    const transitions = changes.flatMap((change) =>
      change?.type === "transition" ? [change.transition] : [],
    );
    expect(transitions).toEqual([
      { userId: id, from: "off", to: "on", version: 1, lastSeenAt: null, at: T },
      { userId: id, from: "on", to: "leaving", version: 1, lastSeenAt: T + 7, at: T + 2 },
      { userId: id, from: "leaving", to: "on", version: 1, lastSeenAt: T + 7, at: T + 3 },
      { userId: id, from: "on", to: "off", version: 2, lastSeenAt: T + 8, at: T + 4 },
    ]);
  });

  it("is every message stored", () => {
    expect(changes.filter((change) => change?.type === "stored")).toEqual([
      { type: "stored", conversationId: head.id, seq: 1 },
      { type: "stored", conversationId: head.id, seq: 2 },
    ]);
  });

  it("is nothing for pairs, rows, heads, steps, rooms and profiles, nor for what is deleted", () => {
    expect(changes.filter((change) => change === null)).toHaveLength(8);
    const gone = { pk: { S: `C#${head.id}` }, sk: { S: "M#0000000000000001" } };
    expect(readStreamRecord({ OldImage: gone })).toBeNull();
    expect(readStreamRecord({ OldImage: gone, NewImage: gone })).toBeNull();
    expect(readStreamRecord({})).toBeNull();
  });
});
