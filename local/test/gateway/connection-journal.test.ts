import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openConnectionJournal } from "../../gateway/websocket/connection-journal.ts";
import { temporaryFolder } from "../support/folders.ts";

const connection = (id: string) => ({
  id,
  apiId: "api",
  stage: "live",
  connectedAt: 1,
  host: "127.0.0.1",
  sourceIp: "127.0.0.1",
  authorizer: { principalId: "ana", context: { name: "Ana" } },
});

test("what was opened and has not ended is lost, until it has ended too", () => {
  const file = join(temporaryFolder(), "connections.jsonl");
  const first = openConnectionJournal(file);
  expect(first.lost).toEqual([]);
  for (const id of ["a", "b", "c"]) first.record({ type: "opened", connection: connection(id) });
  first.record({ type: "ended", id: "b" });

  // Killed: never closed. The last line was cut short.
  appendFileSync(file, '{"type":"ended","id":"c"');
  const second = openConnectionJournal(file);
  expect(second.lost).toEqual([connection("a"), connection("c")]);
  second.record({ type: "ended", id: "a" });

  const third = openConnectionJournal(file);
  expect(third.lost).toEqual([connection("c")]);
  third.record({ type: "ended", id: "c" });
  third.close();
  third.record({ type: "opened", connection: connection("after its close") });
  expect(openConnectionJournal(file).lost).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe("");
});
