import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDatabase, STREAM_SCHEMA } from "../../database/empty-database.ts";
import { startEngine } from "../../database/engine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parley-empty-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const statements = STREAM_SCHEMA.split(";").map((statement) => statement.trim());
/** SQLite keeps each statement that made something as it was written. */
const schemaIn = (file: string): string => readFileSync(file, "latin1");

it("holds what its schema says", () => {
  const file = join(folder, "deeper", "dynoxide.db");
  createDatabase(file);
  const written = schemaIn(file);
  expect(written.startsWith("SQLite format 3\0")).toBe(true);
  for (const statement of statements) expect(written).toContain(statement);
});

it("replaces no database", () => {
  const file = join(folder, "dynoxide.db");
  writeFileSync(file, "mine");
  createDatabase(file);
  expect(readFileSync(file, "utf8")).toBe("mine");
});

it("is what the native engine begins with, and keeps", async () => {
  const outcome = await startEngine({ prefer: "native", dataDir: folder, endpoint: "" });
  if (outcome.type !== "started") throw new Error(outcome.message);
  await outcome.engine.stop();
  const written = schemaIn(join(folder, "dynoxide.db"));
  for (const statement of statements) expect(written).toContain(statement);
});
