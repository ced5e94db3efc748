import type * as FileSystem from "node:fs";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { openAppSource } from "../../start/app-source.ts";
import { temporaryFolder } from "../support/folders.ts";
import { eventually } from "../support/pace.ts";

/** What the system answers to who wants to watch a folder of that name. */
const limit = vi.hoisted(() => ({ code: "", folder: "" }));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof FileSystem>();
  return {
    ...real,
    watch: (path: string, listener: (event: string, file: string | null) => void) => {
      if (limit.code === "" || !path.endsWith(limit.folder)) return real.watch(path, listener);
      throw Object.assign(new Error(`${limit.code}: watch '${path}'`), { code: limit.code });
    },
  };
});
afterEach(() => {
  limit.code = "";
});

/** Prepares a small project and follows it; what it says, and the files it says have changed. */
async function follow() {
  const projectFolder = temporaryFolder();
  for (const name of ["lambda", "src", "test"]) mkdirSync(join(projectFolder, name));
  const app = `node -e 'require("node:fs").writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", "{}")'`;
  writeFileSync(join(projectFolder, "cdk.json"), JSON.stringify({ app, watch: { exclude: ["test"] } }));
  const dataFolder = join(projectFolder, "data");
  const source = openAppSource(
    { settings: {}, dataFolder },
    {
      projectFolder,
      dataDir: null,
      workFolder: join(dataFolder, "work"),
      cacheFolder: join(projectFolder, ".local"),
    },
  );
  onTestFinished(() => source.close());
  expect(await source.prepare()).toMatchObject({ type: "prepared" });
  const [changed, said]: [string[], string[]] = [[], []];
  source.watch(
    (names) => changed.push(...names),
    (sentence) => said.push(sentence),
  );
  /** Puts a file there, again and again until `name` is among what has changed. */
  const putUntil = (file: string, name: string): Promise<true> =>
    eventually(() => {
      mkdirSync(join(projectFolder, file, ".."), { recursive: true });
      writeFileSync(join(projectFolder, file), String(changed.length));
      return changed.includes(name) || undefined;
    }, `a change of ${name}`);
  return { projectFolder, changed, said, putUntil };
}

test("a change of any source is followed, also in a folder that is new; of what is no source, it is not", async () => {
  const { projectFolder, changed, said, putUntil } = await follow();
  await putUntil("src/handler.ts", "src/handler.ts");
  for (const file of ["test/a.test.ts", "start.log", "data/dynoxide.db", "src/.handler.ts.swp"]) {
    mkdirSync(join(projectFolder, file, ".."), { recursive: true });
    writeFileSync(join(projectFolder, file), "new");
  }
  await putUntil("services/api/index.js", "services/api/index.js");
  expect(new Set(changed)).toEqual(new Set(["src/handler.ts", "services/api/index.js"]));
  expect(said).toEqual([]);
});

test("a change between the synthesis and the watching is seen", async () => {
  const folder = temporaryFolder();
  const app = `node -e 'require("node:fs").writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", "{}")'`;
  writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app }));
  const source = openAppSource(
    { settings: {}, dataFolder: "/nowhere" },
    { projectFolder: folder, dataDir: null, workFolder: "/nowhere", cacheFolder: join(folder, ".local") },
  );
  onTestFinished(() => source.close());
  await source.prepare();
  writeFileSync(join(folder, "late.ts"), "");
  const changed: string[] = [];
  source.watch(
    (names) => changed.push(...names),
    () => undefined,
  );
  await eventually(() => (changed.includes("late.ts") ? true : undefined));
});

test.each(["ENOSPC", "EMFILE"])(
  "the system's limit of watches (%s) is said once, and the rest is followed",
  async (code) => {
    Object.assign(limit, { code, folder: "lambda" });
    const { said, putUntil } = await follow();
    await putUntil("src/handler.ts", "src/handler.ts");
    await putUntil("src/another.ts", "src/another.ts");
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Not all changes of the sources are followed: .*\\(${code}\\)\\. Raise its limit .*; until then, a restart serves what has changed\\.$`,
        ),
      ),
    ]);
  },
);
