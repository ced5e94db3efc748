import { expect, it } from "vitest";
import type { ExportLine } from "../../lambdas/protocol/export-lines.ts";
import { person, user } from "./entry-points.ts";
import type { Person } from "./person.ts";

const admin = () => person({ scope: "parley/admin" });

async function pageOf(userId: string, cursor?: string) {
  const query = { userId, ...(cursor === undefined ? {} : { cursor }) };
  return admin().http({ route: "GET /api/admin/users/export", query });
}

async function all(userId: string): Promise<readonly ExportLine[]> {
  const lines: ExportLine[] = [];
  for (let cursor: string | undefined; ;) {
    const { status, body } = await pageOf(userId, cursor);
    expect(status).toBe(200);
    const page = body as ExportLine[];
    const last = page.pop();
    if (last?.kind !== "page") throw new Error("A page does not end with its own line.");
    lines.push(...page);
    if (last.nextCursor === null) return lines;
    cursor = last.nextCursor;
  }
}
const send = (who: Person, conversationId: string, body: object) =>
  who.http({ route: "POST /api/conversations/{conversationId}/messages", path: { conversationId }, body });

it("holds everything about one user, the same each time, and nothing that others said", async () => {
  const alice = await user({ name: "Alice" });
  const [bob, carol] = [await user({ name: "Bob" }), await user()];
  await alice.connect();
  const pair = await alice.conversationWith(bob);
  for (let at = 1; at <= 120; at += 1) await send(at % 2 === 0 ? bob : alice, pair, { content: `no. ${at}` });
  await send(bob, pair, { content: "bob's own", mentions: [alice.id] });
  const at = (seq: number) => ({ path: { conversationId: pair, seq: String(seq) } });
  const message = "/api/conversations/{conversationId}/messages/{seq}";
  await alice.http({ route: `PATCH ${message}`, ...at(1), body: { content: "edited" } });
  await alice.http({ route: `PUT ${message}/reactions`, ...at(2), query: { emoji: "👍" } });
  await alice.http({ route: "PUT /api/blocks", query: { userId: carol.id } });
  await alice.http({
    route: "PATCH /api/conversations/{conversationId}/settings",
    path: { conversationId: pair },
    body: { pinned: true },
  });
  const made = await bob.http({
    route: "POST /api/conversations",
    body: { kind: "group", title: "Tea", memberIds: [alice.id] },
  });
  const group = (made.body as { conversation: { id: string } }).conversation.id;

  const lines = await all(alice.id);
  expect(await all(alice.id)).toEqual(lines);
  const of = <K extends ExportLine["kind"]>(kind: K) =>
    lines.filter((line): line is ExportLine & { kind: K } => line.kind === kind);
  expect(of("profile")).toMatchObject([{ id: alice.id, displayName: "Alice", connections: [{ rooms: [] }] }]);
  expect(of("block")).toMatchObject([{ userId: carol.id }]);
  expect(
    of("conversation")
      .map((line) => line.conversationId)
      .toSorted(),
  ).toEqual([pair, group].toSorted());
  expect(of("conversation").find((line) => line.conversationId === pair)).toMatchObject({
    with: bob.id,
    pinned: true,
  });
  expect(of("conversation").find((line) => line.conversationId === group)).toMatchObject({
    title: "Tea",
    role: "member",
  });
  expect(of("message").map(({ content }) => content)).toEqual(
    Array.from({ length: 60 }, (_, index) => (index === 0 ? "edited" : `no. ${2 * index + 1}`)),
  );
  expect(of("mention")).toMatchObject([{ conversationId: pair, seq: 121, senderId: bob.id }]);
  expect(of("reaction")).toMatchObject([{ seq: 2, emoji: "👍" }]);
  expect(of("change")).toMatchObject([
    { seq: 1, change: "edit" },
    { seq: 2, change: "react" },
  ]);
  expect(of("reading").length).toBeGreaterThan(0);
  expect(JSON.stringify(lines)).not.toContain("bob's own");
});

it("of nobody, or from a cursor that no page gave, is refused", async () => {
  const { id } = await user();
  expect(await pageOf("nobody-knows")).toMatchObject({ status: 404 });
  for (const cursor of ["x", "e30"]) expect(await pageOf(id, cursor)).toMatchObject({ status: 400 });
  expect(await admin().http({ route: "GET /api/admin/users/export" })).toMatchObject({ status: 400 });
});
