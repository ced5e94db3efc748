import type * as FileSystem from "node:fs/promises";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createClosers } from "../../start/closers.ts";
import { openFolders } from "../../start/open-folders.ts";
import { temporaryFolder } from "../support/folders.ts";

/** Which paths refuse to be written to, and how: whoever runs these tests may be root, who may write everywhere. */
const refusals = vi.hoisted(() => ({ codes: new Map<string, string>() }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof FileSystem>();
  const check = (call: string, path: string): void => {
    const code = [...refusals.codes].find(([place]) => path === place || path.startsWith(`${place}/`))?.[1];
    if (code !== undefined) throw Object.assign(new Error(`${code}: refused, ${call} '${path}'`), { code });
  };
  return {
    ...real,
    access: (path: string, mode?: number) =>
      Promise.resolve()
        .then(() => check("access", path))
        .then(() => real.access(path, mode)),
    writeFile: (path: string, data: string, options?: object) =>
      Promise.resolve()
        .then(() => check("open", path))
        .then(() => real.writeFile(path, data, options)),
    mkdtemp: (prefix: string) =>
      Promise.resolve()
        .then(() => check("mkdtemp", prefix))
        .then(() => real.mkdtemp(prefix)),
  };
});
afterEach(() => {
  refusals.codes.clear();
  vi.unstubAllEnvs();
});

async function open(options: { ephemeral?: boolean; dataFolder?: string; projectFolder?: string } = {}) {
  const projectFolder = options.projectFolder ?? temporaryFolder();
  const dataFolder = options.dataFolder ?? join(projectFolder, ".local");
  const closers = createClosers();
  onTestFinished(() => closers.closeAll());
  return openFolders({ ephemeral: options.ephemeral ?? false, dataFolder, projectFolder }, closers);
}

test("all lies below the project's folder, and nothing is said", async () => {
  const projectFolder = temporaryFolder();
  expect(await open({ projectFolder })).toEqual({
    type: "opened",
    projectFolder,
    dataDir: join(projectFolder, ".local/data"),
    workFolder: join(projectFolder, ".local/work"),
    cacheFolder: join(projectFolder, ".local/assemblies"),
    sentences: [],
  });
});

test("a read-only project is one sentence that says what to do", async () => {
  const projectFolder = temporaryFolder();
  refusals.codes.set(projectFolder, "EROFS");
  expect(await open({ projectFolder })).toEqual({
    type: "failed",
    message: `The data folder ${projectFolder}/.local cannot be used (EROFS: refused, access '${projectFolder}'): choose another one with --data, or keep nothing with --ephemeral.`,
  });
});

test("with --ephemeral it is served: the assembly goes to the user's own cache", async () => {
  const [projectFolder, cache] = [temporaryFolder(), temporaryFolder()];
  vi.stubEnv("XDG_CACHE_HOME", cache);
  refusals.codes.set(projectFolder, "EROFS");
  const own = join(projectFolder, ".local/assemblies");
  const elsewhere = join(cache, "local-cloud/assemblies");
  expect(await open({ projectFolder, ephemeral: true })).toMatchObject({
    type: "opened",
    cacheFolder: elsewhere,
    readOnlyCache: own,
    sentences: [
      `Assemblies are kept in ${elsewhere}: ${own} cannot be written to (EROFS: refused, access '${projectFolder}').`,
    ],
  });
  expect(readdirSync(projectFolder)).toEqual([]);
});

test("where no cache can be written to either, it goes to a temporary folder that goes with the run", async () => {
  const [projectFolder, cache, temporary] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  vi.stubEnv("XDG_CACHE_HOME", cache);
  vi.stubEnv("TMPDIR", temporary);
  refusals.codes.set(projectFolder, "EROFS").set(cache, "EACCES");
  const closers = createClosers();
  const outcome = await openFolders({ ephemeral: true, dataFolder: projectFolder, projectFolder }, closers);
  expect(outcome.type === "opened" && outcome.cacheFolder.startsWith(temporary)).toBe(true);
  await closers.closeAll();
  expect(readdirSync(temporary)).toEqual([]);

  refusals.codes.set(temporary, "EACCES");
  expect(await open({ projectFolder, ephemeral: true })).toMatchObject({
    type: "failed",
    message: expect.stringMatching(
      /^No folder takes .*: set TMPDIR to one that can be written to\.$/,
    ) as string,
  });
});

test.each(["data", "data/dynoxide.db", "running.lock"])(
  "%s of another user's is one sentence",
  async (path) => {
    const dataFolder = temporaryFolder();
    mkdirSync(join(dataFolder, "data"));
    writeFileSync(join(dataFolder, "data/dynoxide.db"), "");
    refusals.codes.set(join(dataFolder, path), "EACCES");
    // The lock is written beside its place first.
    if (path === "running.lock") refusals.codes.set(dataFolder, "EACCES");
    expect(await open({ dataFolder })).toMatchObject({
      type: "failed",
      message: expect.stringMatching(
        /^The data folder \S+ cannot be used \(EACCES: refused, [^\n]*\): choose another one with --data, or keep nothing with --ephemeral\.$/,
      ) as string,
    });
  },
);

test("a file where the data folder should be is one sentence", async () => {
  const dataFolder = join(temporaryFolder(), "file");
  writeFileSync(dataFolder, "");
  expect(await open({ dataFolder })).toMatchObject({
    type: "failed",
    message: expect.stringMatching(
      /^The data folder \S+ cannot be used \([^\n]+\): choose another one with --data/,
    ) as string,
  });
});
