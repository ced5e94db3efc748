import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { observe } from "./observe.ts";
import { environmentOf, targetOf } from "./settings.ts";

const USAGE = `npm run smoke -- --http-url … --ws-url … --token-command "…" [options]

Runs the contract's system tests against a deployment, then tells what its gateway does where nobody has
verified it yet. It makes users and conversations, and leaves them there: for a stage of your own, not your users'.

  --http-url       output HttpApiUrl
  --ws-url         output WebSocketUrl
  --token-command  prints a token of the user named by PARLEY_USER (docs/smoke.md); ends with 3 where it cannot
  --only NAME      the tests whose name has NAME in it
  --idle-minutes N also watches a socket that sends protocol pings alone, and one that sends nothing, for so long

Ends with 1 when a test failed, 2 when it was called wrongly.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      "http-url": { type: "string" },
      "ws-url": { type: "string" },
      "token-command": { type: "string" },
      only: { type: "string" },
      "idle-minutes": { type: "string", default: "0" },
      help: { type: "boolean" },
    },
  });
  const target = targetOf(values);
  const idleMinutes = Number(values["idle-minutes"]);
  if (values.help === true || typeof target === "string" || !(idleMinutes >= 0)) {
    const why = typeof target === "string" ? target : "--idle-minutes is a number.";
    process.stderr.write(values.help === true ? USAGE : `${why}\n\n${USAGE}`);
    return values.help === true ? 0 : 2;
  }
  // Tests and token command are told by it.
  Object.assign(process.env, environmentOf(target));
  const code = await runTests(values.only);
  const where = `${new URL(target.wsUrl).host}, ${new Date().toISOString().slice(0, 10)}`;
  process.stdout.write("\nWhat the gateway does, as rows for local/conformance/rows:\n\n");
  for await (const { id, found } of observe(target, idleMinutes))
    process.stdout.write(`  [${[id, "seen", where, found].map((one) => JSON.stringify(one)).join(", ")}],\n`);
  return code === 0 ? 0 : 1;
}

async function runTests(only: string | undefined): Promise<number | null> {
  const args = ["run", "--config", "test/smoke/vitest.config.ts", "--reporter=verbose"];
  const name = only === undefined ? [] : ["--testNamePattern", only];
  const run = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", ...args, ...name], {
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    run.once("error", reject);
    run.once("exit", resolve);
  });
}

process.exitCode = await main();
