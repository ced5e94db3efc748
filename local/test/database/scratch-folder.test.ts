import type * as FileSystem from "node:fs";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { startEngine } from "../../database/engine.ts";
import { createScratchFolder } from "../../database/scratch-folder.ts";

/** Where nobody may make a folder; root may everywhere. */
const refused = vi.hoisted(() => ({ places: [] as string[] }));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof FileSystem>();
  return {
    ...real,
    // However little memory this machine has to spare.
    statfsSync: () => ({ bavail: 1024 ** 3, bsize: 1024 }),
    mkdtempSync: (prefix: string) => {
      if (refused.places.some((place) => prefix.startsWith(place))) {
        throw Object.assign(new Error(`EACCES: permission denied, mkdtemp '${prefix}XXXXXX'`), {
          code: "EACCES",
        });
      }
      return real.mkdtempSync(prefix);
    },
  };
});
afterEach(() => {
  refused.places = [];
});

test("where memory may not be written to, it lies among the temporary files", () => {
  refused.places = ["/dev/shm"];
  const scratch = createScratchFolder();
  if (typeof scratch === "string") throw new Error(scratch);
  expect(scratch.path.startsWith(tmpdir())).toBe(true);
  scratch.remove();
  expect(existsSync(scratch.path)).toBe(false);
});

test("where there is no place at all, the engine's start is one sentence", async () => {
  refused.places = ["/dev/shm", tmpdir()];
  expect(await startEngine({ dataDir: null, prefer: "native" })).toEqual({
    type: "unavailable",
    message: expect.stringMatching(
      /^No folder takes the database's files \(EACCES: [^\n]*\): set TMPDIR to one that can be written to\.$/,
    ) as string,
  });
});
