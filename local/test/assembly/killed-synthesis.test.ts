import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createSynthesizer } from "../../assembly/synthesize.ts";
import { until } from "../support/pace.ts";
import { isAlive } from "../support/processes.ts";
import { temporaryFolder } from "../support/folders.ts";

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const SYNTHESIZE = `
import { createSynthesizer } from ${JSON.stringify(new URL("../../assembly/synthesize.ts", import.meta.url).href)};
const [folder, cacheFolder] = process.argv.slice(1);
await createSynthesizer({ folder, settings: {}, cacheFolder }).synthesize();
`;

/** The app says which process it is, writes a part of its assembly, and goes on for ever. */
const ENDLESS = `const fs = require("node:fs");
fs.writeFileSync(process.env.CDK_OUTDIR + "/part.json", "{}");
fs.writeFileSync("cdk.out/pid.new", String(process.pid));
fs.renameSync("cdk.out/pid.new", "cdk.out/pid");
setInterval(() => {}, 1000);`;

const WHOLE = `require("node:fs").writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", "{}")`;

test("SIGKILL amid a synthesis leaves no app running, and the next start clears away what it wrote", async () => {
  const [folder, cacheFolder] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(folder, "cdk.out"));
  // Behind a shell of its own, as an npm script would be.
  writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app: "sh -c 'node app.cjs; true'" }));
  writeFileSync(join(folder, "app.cjs"), ENDLESS);
  const start = spawn(
    process.execPath,
    ["--import", TSX, "--input-type=module", "-e", SYNTHESIZE, folder, cacheFolder],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  onTestFinished(() => {
    start.kill("SIGKILL");
  });
  await until(() => existsSync(join(folder, "cdk.out/pid")), "the app runs");
  const app = Number(readFileSync(join(folder, "cdk.out/pid"), "utf8"));
  onTestFinished(() => {
    if (isAlive(app)) process.kill(app, "SIGKILL");
  });
  expect(isAlive(app)).toBe(true);
  start.kill("SIGKILL");
  await until(() => !isAlive(app), "the app has ended with it");
  expect(readdirSync(cacheFolder).filter((name) => name.endsWith(".draft"))).toHaveLength(1);

  // Of other sources: nothing is written where the draft lies.
  writeFileSync(join(folder, "app.cjs"), `${WHOLE};`);
  const next = await createSynthesizer({ folder, settings: {}, cacheFolder }).synthesize();
  expect(next).toMatchObject({ type: "synthesized", reused: false });
  expect(readdirSync(cacheFolder)).toEqual([next.hash]);
});

test("the draft of a synthesis that goes on elsewhere is left alone", async () => {
  const [folder, cacheFolder] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(folder, "cdk.out"));
  writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app: "node app.cjs" }));
  writeFileSync(
    join(folder, "app.cjs"),
    `const fs = require("node:fs");
     fs.writeFileSync("cdk.out/begun", "");
     const look = setInterval(() => {
       if (!fs.existsSync("cdk.out/go")) return;
       clearInterval(look);
       ${WHOLE};
     }, 10);`,
  );
  const long = createSynthesizer({ folder, settings: { which: "long" }, cacheFolder });
  onTestFinished(() => long.close());
  const going = long.synthesize();
  await until(() => existsSync(join(folder, "cdk.out/begun")), "it runs");

  const other = temporaryFolder();
  writeFileSync(join(other, "cdk.json"), JSON.stringify({ app: `node -e '${WHOLE}'` }));
  await createSynthesizer({ folder: other, settings: {}, cacheFolder }).synthesize();
  writeFileSync(join(folder, "cdk.out/go"), "");
  expect(await going).toMatchObject({ type: "synthesized" });
});
