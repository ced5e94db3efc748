import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { createSynthesizer, type Synthesis } from "../../assembly/synthesize.ts";
import { temporaryFolder } from "./made-assembly.ts";

/** A project whose app writes the least there is to an assembly, and a dot for each of its runs. */
function smallProject(app = "node app.cjs"): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "cdk.out"));
  writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app, context: { fromFile: "1", both: "file" } }));
  writeFileSync(
    join(folder, "app.cjs"),
    `const fs = require("node:fs");
     fs.appendFileSync("cdk.out/runs", ".");
     const { CDK_OUTDIR, CDK_CONTEXT_JSON } = process.env;
     fs.writeFileSync(CDK_OUTDIR + "/context.json", CDK_CONTEXT_JSON);
     setTimeout(
       () => fs.writeFileSync(CDK_OUTDIR + "/manifest.json", "{}"),
       CDK_CONTEXT_JSON.includes("slowly") ? 300 : 0,
     );`,
  );
  return folder;
}

const runsOf = async (folder: string): Promise<number> => {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(join(folder, "cdk.out/runs"), "utf8").catch(() => "")).length;
};

afterEach(() => vi.unstubAllEnvs());

const synthesize = (folder: string, settings: Record<string, string> = {}): Promise<Synthesis> =>
  createSynthesizer({ folder, settings, cacheFolder: join(folder, "cache") }).synthesize();

test("the app gets its context as the CDK's command line gives it, settings above cdk.json", async () => {
  const folder = smallProject();
  const synthesis = await synthesize(folder, { both: "setting" });
  expect(synthesis).toMatchObject({ type: "synthesized", reused: false });
  const { readFile } = await import("node:fs/promises");
  const output = synthesis.type === "synthesized" ? synthesis.folder : "";
  expect(JSON.parse(await readFile(join(output, "context.json"), "utf8"))).toEqual({
    fromFile: "1",
    both: "setting",
    "aws:cdk:enable-path-metadata": true,
  });
});

test("unchanged sources and settings start from the assembly there is; changed ones do not", async () => {
  const folder = smallProject();
  await synthesize(folder);
  expect(await synthesize(folder)).toMatchObject({ reused: true });
  expect(await runsOf(folder)).toBe(1);

  expect(await synthesize(folder, { another: "setting" })).toMatchObject({ reused: false });
  writeFileSync(join(folder, "bin/new.ts"), "export {};");
  expect(await synthesize(folder)).toMatchObject({ reused: false });
  expect(await runsOf(folder)).toBe(3);
});

const put = (folder: string, file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};

const FILE_OF_A_LINKED_PACKAGE = "packages/shared/index.js";

/** A project that has one of each: what a synthesis may read, and what it does not. */
function largerProject(): string {
  const root = temporaryFolder();
  const folder = join(root, "infra");
  cpSync(smallProject(), folder, { recursive: true });
  const watch = {
    include: ["**", "../beside/**", ".build/**"],
    exclude: ["test", "**/*.js", "*.md", "cdk*.json"],
  };
  put(folder, "cdk.json", JSON.stringify({ app: "node app.cjs", watch }));
  put(folder, "package.json", JSON.stringify({ dependencies: { shared: "*" } }));
  put(root, "packages/shared/package.json", "{}");
  mkdirSync(join(folder, "node_modules"));
  symlinkSync("../../packages/shared", join(folder, "node_modules/shared"));
  put(root, "elsewhere/linked.ts", "");
  symlinkSync(join(root, "elsewhere"), join(folder, "linked"));
  // A link upwards must not be followed for ever.
  symlinkSync("..", join(folder, "up"));
  return folder;
}

test.each([
  "src/handler.ts",
  "lambda/handler.js",
  "assets/page.html",
  "cdk.json",
  "cdk.context.json",
  "package-lock.json",
  ".env",
  ".build/handler.mjs",
  "../beside/handler.ts",
  "../elsewhere/linked.ts",
  `../${FILE_OF_A_LINKED_PACKAGE}`,
  "../package-lock.json",
  "node_modules/.package-lock.json",
])("a change of %s between two starts is not served from the assembly before", async (file) => {
  const folder = largerProject();
  const first = await synthesize(folder);
  expect(await synthesize(folder)).toMatchObject({ reused: true, hash: first.hash });
  put(folder, file, '{ "app": "node app.cjs", "context": { "changed": 1 } }');
  expect(await synthesize(folder)).toMatchObject({ type: "synthesized", reused: false });
});

test.each([
  "test/some.test.ts",
  "README.md",
  "cdk.out/manifest.json",
  "other.out/cdk.out",
  "node_modules/shared-too/index.js",
  ".git/HEAD",
  "start.log",
  "src/.handler.ts.swp",
  "cache/of-ours",
])("%s decides nothing", async (file) => {
  const folder = largerProject();
  mkdirSync(join(folder, "src"));
  await synthesize(folder);
  put(folder, file, "new");
  expect(await synthesize(folder)).toMatchObject({ reused: true });
});

test.each([
  ["MY_APPS_STAGE", "blue"],
  ["CDK_DEFAULT_REGION", "eu-west-3"],
  ["CDK_DEFAULT_ACCOUNT", "210987654321"],
  ["AWS_REGION", "eu-west-3"],
])("the variable %s, which an app may read, decides too", async (name, value) => {
  const folder = smallProject();
  vi.stubEnv(name, undefined);
  const without = await synthesize(folder);
  vi.stubEnv(name, value);
  expect(await synthesize(folder)).toMatchObject({ type: "synthesized", reused: false });
  vi.stubEnv(name, undefined);
  expect(await synthesize(folder)).toMatchObject({ reused: true, hash: without.hash });
});

test.each(["TERM_SESSION_ID", "npm_lifecycle_event", "HTTPS_PROXY", "AWS_SESSION_TOKEN", "VITEST_POOL_ID"])(
  "the variable %s, another one in each terminal, does not",
  async (name) => {
    const folder = smallProject();
    await synthesize(folder);
    vi.stubEnv(name, "another");
    expect(await synthesize(folder)).toMatchObject({ reused: true });
  },
);

test("an assembly of sources that changed meanwhile is not found again under those before", async () => {
  const folder = smallProject();
  put(folder, "src/handler.ts", "before");
  put(folder, "cdk.json", JSON.stringify({ app: "node app.cjs && printf after > src/handler.ts" }));
  const first = await synthesize(folder);
  expect(first).toMatchObject({ type: "synthesized", reused: false });
  const second = await synthesize(folder);
  expect(second).toMatchObject({ type: "synthesized", reused: false });
  expect(second.hash).not.toBe(first.hash);
  put(folder, "src/handler.ts", "before");
  expect(await synthesize(folder)).toMatchObject({ reused: false });
});

test("of several at once, one runs the app and all get the same assembly", async () => {
  const folder = smallProject();
  const all = await Promise.all([1, 2, 3].map(() => synthesize(folder, { app: "slowly" })));
  expect(new Set(all.map((one) => one.type === "synthesized" && one.folder)).size).toBe(1);
  expect(await runsOf(folder)).toBe(1);
  expect(readdirSync(join(folder, "cache"))).toHaveLength(1);
});

test("a failed run leaves nothing that a later one would take for an assembly", async () => {
  const folder = smallProject("echo broken >&2; exit 3");
  expect(await synthesize(folder)).toMatchObject({
    type: "failed",
    message: "The app could not be synthesized: `echo broken >&2; exit 3` ended with 3.\n  broken",
  });
  expect(readdirSync(join(folder, "cache"))).toEqual([]);
});

test("an app that writes no assembly is told so", async () => {
  expect(await synthesize(smallProject("true"))).toMatchObject({
    type: "failed",
    message: "The app could not be synthesized: it wrote no assembly.",
  });
});

test("closing ends a run in progress", async () => {
  const folder = smallProject("touch cdk.out/runs; exec sleep 60");
  const cacheFolder = join(folder, "cache");
  const synthesizer = createSynthesizer({ folder, settings: {}, cacheFolder });
  const running = synthesizer.synthesize();
  await expect.poll(() => existsSync(join(folder, "cdk.out/runs"))).toBe(true);
  await synthesizer.close();
  expect(await running).toMatchObject({ type: "failed" });
});

test("the place of the project does not change the hash", async () => {
  const folder = smallProject();
  const copy = join(temporaryFolder(), "elsewhere");
  cpSync(folder, copy, { recursive: true });
  symlinkSync(join(folder, "cache"), join(copy, "cache"));
  const [here, there] = [await synthesize(folder), await synthesize(copy)];
  expect(there.hash).toBe(here.hash);
  expect(there).toMatchObject({ reused: true });
});

test("the app gets this environment, but of AWS only where it would be deployed to", async () => {
  const folder = smallProject();
  put(folder, "env.cjs", `require("node:fs").writeFileSync("cdk.out/env.json", JSON.stringify(process.env))`);
  put(folder, "cdk.json", JSON.stringify({ app: "node env.cjs && node app.cjs" }));
  const [passed, kept] = [
    ["MY_APPS_STAGE", "CDK_DEFAULT_REGION", "AWS_REGION", "HTTPS_PROXY"],
    AWS_OF_THE_MACHINE,
  ];
  for (const name of [...passed, ...kept]) vi.stubEnv(name, "of the machine");
  await synthesize(folder);
  const { readFile } = await import("node:fs/promises");
  const env = JSON.parse(await readFile(join(folder, "cdk.out/env.json"), "utf8")) as Record<string, string>;
  expect(
    Object.keys(env)
      .filter((name) => env[name] === "of the machine")
      .sort(),
  ).toEqual([...passed].sort());
  expect(env["AWS_CONFIG_FILE"]).toBe("/dev/null");
});

const AWS_OF_THE_MACHINE = [
  "AWS_PROFILE",
  "AWS_ACCESS_KEY_ID",
  "AWS_SESSION_TOKEN",
  "AWS_ENDPOINT_URL",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_CONFIG_FILE",
  "AWS_CA_BUNDLE",
];

test("cdk.json may begin with a byte order mark, as for the CDK's command line", async () => {
  const folder = smallProject();
  put(folder, "cdk.json", `\uFEFF${JSON.stringify({ app: "node app.cjs" })}`);
  expect(await synthesize(folder)).toMatchObject({ type: "synthesized" });
});

test.each(["a#b", "a?b", "100%", "a b", "a'b", "ü"])("the project's path may hold %s", async (part) => {
  const folder = join(temporaryFolder(), part);
  cpSync(smallProject(), folder, { recursive: true });
  expect(await synthesize(folder)).toMatchObject({ type: "synthesized", reused: false });
  expect(await synthesize(folder)).toMatchObject({ reused: true });
});
