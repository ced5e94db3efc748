import { execFile } from "node:child_process";
import { cpSync, existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { visitAuction } from "../samples/visit-auction.ts";
import { temporaryFolder } from "../support/folders.ts";
import { startCloudProcess } from "../support/start-cloud.ts";

const PACKAGE = join(import.meta.dirname, "../..");
const SAMPLE = join(import.meta.dirname, "../samples/auction");
/** What the app is made with: its own affair, and too large to install for a test. */
const TOOLCHAIN = ["aws-cdk-lib", "constructs", "esbuild", "tsx"];
const NODE_MODULES = join(PACKAGE, "../node_modules");

const run = async (command: string, args: readonly string[], cwd: string): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 24 })).stdout;

/** The sample in a folder no repository lies above, with the packed local cloud installed beside it. */
async function projectWithPackage(): Promise<string> {
  const folder = temporaryFolder();
  const packed = await run("npm", ["pack", "--json", "--pack-destination", folder], PACKAGE);
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("["))) as [{ filename: string }];
  cpSync(SAMPLE, folder, { recursive: true, filter: (file) => !file.includes(".local") });
  writeFileSync(join(folder, "package.json"), '{"name":"auction","private":true,"type":"module"}');
  const tarball = `./${filename.replace("@", "").replace("/", "-")}`;
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], folder);
  for (const name of TOOLCHAIN) {
    const link = join(folder, "node_modules", name);
    if (!existsSync(link)) symlinkSync(join(NODE_MODULES, name), link);
  }
  return folder;
}

test("the packed local cloud, installed beside an app of others, serves it with one command", async () => {
  const projectFolder = await projectWithPackage();
  const installed = join(projectFolder, "node_modules/@parley/local-cloud");
  expect(readdirSync(installed).toSorted()).toEqual([
    "CONFORMANCE.md",
    "LICENSE",
    "README.md",
    "dist",
    "package.json",
  ]);

  const command: [string] = [join(projectFolder, "node_modules/.bin/local-cloud")];
  const cloud = await startCloudProcess({ projectFolder, command });
  onTestFinished(async () => {
    await cloud.stop();
  });
  await visitAuction(cloud);
  expect((await fetch(`${cloud.httpUrl}/_local/`)).headers.get("content-type")).toContain("text/html");
  expect(await cloud.stop()).toBe(0);
});
