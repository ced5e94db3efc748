import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { functionModel, removeAssets } from "./pool-fixture.ts";
import { isAlive } from "../support/processes.ts";
import { until } from "../support/pace.ts";

afterAll(removeAssets);

const PARENT = `
import { createFunctionPool } from ${JSON.stringify(new URL("../../functions/function-pool.ts", import.meta.url).href)};
const pool = await createFunctionPool({
  functions: [JSON.parse(process.env.MODEL)], endpointsEnv: () => ({}),
  log: { line: ({ text }) => console.log(text), invocation: () => {} },
});
await pool.invoke("Fn", JSON.parse(process.env.EVENT));
console.log("idle");
setInterval(() => {}, 1000);
`;

it.each([
  ["idle", {}],
  ["busy and deaf", { spin: true }],
])("a process that is %s does not outlive a killed parent", async (_, event) => {
  const fn = functionModel(
    `export const handler = async (event) => { console.log(process.pid); if (event.spin) for (;;); };`,
    { timeoutMs: 60_000 },
  );
  const tsx = fileURLToPath(import.meta.resolve("tsx"));
  const parent = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", PARENT], {
    env: { ...process.env, MODEL: JSON.stringify(fn), EVENT: JSON.stringify(event) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let pid = 0;
  createInterface(parent.stdout).on("line", (line) => {
    if (/^\d+$/.test(line)) pid = Number(line);
  });
  try {
    await until(() => pid > 0, "the function has begun");
    expect(isAlive(pid)).toBe(true);
  } finally {
    parent.kill("SIGKILL");
  }
  await until(() => !isAlive(pid), "the function's process has gone");
});
