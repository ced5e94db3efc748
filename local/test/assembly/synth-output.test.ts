import { expect, test } from "vitest";
import { linesThatHelp } from "../../assembly/synth-output.ts";

test("of an error that ended the app, its message is left", () => {
  const output = `/project/lib/settings.ts:12
      throw new Error("presenceGraceSeconds must be a number.");
            ^

Error: presenceGraceSeconds must be a number.
    at readSettings (/project/lib/settings.ts:12:13)
    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)

Node.js v20.19.0
`;
  expect(linesThatHelp(output)).toEqual(["  presenceGraceSeconds must be a number."]);
});

test("a bundler's own lines are kept whole", () => {
  const output = `✘ [ERROR] Could not resolve "./gone.ts"

    lambdas/websocket.ts:3:21:
      3 │ import { gone } from "./gone.ts";
        ╵                      ~~~~~~~~~~~

node:internal/modules/run_main:123
    triggerUncaughtException(
    ^
Error: Build failed with 1 error:
lambdas/websocket.ts:3:21: ERROR: Could not resolve "./gone.ts"
    at failureErrorWithLog (/project/node_modules/esbuild/lib/main.js:1752:15) {
  errors: [
`;
  expect(linesThatHelp(output)).toEqual([
    '  ✘ [ERROR] Could not resolve "./gone.ts"',
    "      lambdas/websocket.ts:3:21:",
    '        3 │ import { gone } from "./gone.ts";',
    "          ╵                      ~~~~~~~~~~~",
    "  Build failed with 1 error:",
    '  lambdas/websocket.ts:3:21: ERROR: Could not resolve "./gone.ts"',
  ]);
});

test("sentences an app prints by itself are shown as they are", () => {
  expect(linesThatHelp("stage: no such stage.\nthrottle: must be above 0.\n")).toEqual([
    "  stage: no such stage.",
    "  throttle: must be above 0.",
  ]);
});
