import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../lambdas/protocol/objects.ts";
import { createReactionStore } from "../../lambdas/store/reactions.ts";
import { createChangeStore } from "../../lambdas/store/changes.ts";
import { seedGroup } from "../support/seed-group.ts";
import { coldStart, deployment, person } from "./entry-points.ts";
import type { Person } from "./person.ts";

/** Twenty-five have reacted to one message, and a message names twenty. */

const LISTED = 20;

let people: readonly Person[];
let ids: readonly string[];
let conversationId: string;
beforeEach(async () => {
  people = Array.from({ length: 26 }, () => person());
  ids = people.map(({ id }) => id);
  conversationId = await seedGroup(deployment.table, ids);
  await people[0]!.http({
    route: "POST /api/conversations/{conversationId}/messages",
    path: { conversationId },
    body: { content: "hello" },
  });
  for (const who of people.slice(0, 25)) await react(who, "PUT");
});

async function react(who: Person, method: "PUT" | "DELETE", emoji = "👍"): Promise<Message> {
  const answer = await who.http({
    route: `${method} /api/conversations/{conversationId}/messages/{seq}/reactions`,
    path: { conversationId, seq: "2" },
    query: { emoji },
  });
  return (answer.body as { message: Message }).message;
}

async function asListed(): Promise<Message> {
  const { body } = await people[25]!.http({
    route: "GET /api/conversations/{conversationId}/messages",
    path: { conversationId },
    query: { markRead: "false" },
  });
  return (body as { messages: readonly Message[] }).messages.at(-1)!;
}

describe("where one of the twenty that a message names takes back a reaction", () => {
  it("who comes next moves up, the oldest first, whoever asks and however often", async () => {
    const after = await react(people[3]!, "DELETE");
    const first = ids.toSpliced(3, 1).slice(0, LISTED);
    expect(after).toMatchObject({ rev: 26, reactions: [{ count: 24, userIds: first }] });
    expect(await react(people[3]!, "DELETE")).toEqual(after);
    expect(await asListed()).toEqual(after);
    await coldStart();
    expect(await react(people[3]!, "DELETE")).toEqual(after);
  });

  it("one who reacts again is the last, and nobody moves up where one takes theirs back whom it does not name", async () => {
    await react(people[0]!, "DELETE");
    await react(people[0]!, "PUT");
    const { reactions } = await react(people[24]!, "DELETE");
    expect(reactions).toEqual([{ emoji: "👍", count: 24, userIds: ids.slice(1, LISTED + 1) }]);
    for (const who of people.slice(1, 5)) await react(who, "DELETE");
    expect((await asListed()).reactions).toEqual([
      { emoji: "👍", count: 20, userIds: [...ids.slice(5, 24), ids[0]] },
    ]);
  });

  it("so it is where many do at once, and others react beside them", async () => {
    await Promise.all([
      ...people.slice(0, 3).map((who) => react(who, "DELETE")),
      react(people[25]!, "PUT"),
      react(people[22]!, "PUT", "🎉"),
    ]);
    expect((await asListed()).reactions[0]).toEqual({
      emoji: "👍",
      count: 23,
      userIds: ids.slice(3, LISTED + 3),
    });
  });

  it("the places of one whose function died are filled by whoever comes next", async () => {
    const at = Date.now();
    const change = { type: "react", emoji: "👍", on: false } as const;
    const record = { conversationId, seq: 2, userId: ids[1]!, change, attemptId: "dead", at, rev: 26 };
    expect(await createChangeStore(deployment.table).put(record)).toEqual({ type: "stored" });
    await createReactionStore(deployment.table).apply(conversationId, 2, ids[1]!, [record]);
    const { rev, reactions } = await react(people[25]!, "PUT");
    expect(rev).toBe(27);
    expect(reactions).toEqual([{ emoji: "👍", count: 25, userIds: ids.toSpliced(1, 1).slice(0, LISTED) }]);
  });
});
