import { defineConfig } from "vitest/config";

/**
 * Nets for what hangs, in milliseconds: a test that waits for something has a deadline of its own, which
 * stretches with the machine's measured speed (`local/test/support/pace.ts`) and names what did not come.
 */
const MINUTE = 60_000;

/**
 * On a machine of strangers a real browser, socket or process may be starved once. What passes only at a second or third
 * try is named at the end of `.ci/run`, to be mended; on a developer's machine it fails.
 */
const TRIES_OVER_REAL_TIME = process.env.CI ? 2 : 0;

export default defineConfig({
  test: {
    // Many tests run a cloud of processes beside them: more workers than two only make those late.
    maxWorkers: 2,
    environment: "node",
    restoreMocks: true,
    testTimeout: 5 * MINUTE,
    hookTimeout: 5 * MINUTE,
    expect: { poll: { timeout: 2 * MINUTE } },
    projects: [
      project("unit", ["test/unit", "test/fuzz"]),
      project("handlers", ["test/handlers"]),
      project("store", ["test/store"]),
      project("infra", ["test/infra"]),
      project("chaos", ["test/chaos"]),
      overRealTime("local", ["local/test"]),
      overRealTime("client", ["client/test"], ["test/browser/find-chromium.ts"]),
      overRealTime("system", ["test/system"], ["test/system/shared-cloud.ts"]),
      overRealTime("browser", ["test/browser"], ["test/browser/find-chromium.ts"]),
    ],
  },
});

function project(name: string, folders: readonly string[], globalSetup: string[] = []) {
  return {
    extends: true as const,
    test: { name, include: folders.map((folder) => `${folder}/**/*.test.ts`), globalSetup },
  };
}

function overRealTime(...[name, folders, globalSetup]: Parameters<typeof project>) {
  const { test, ...rest } = project(name, folders, globalSetup);
  return { ...rest, test: { ...test, retry: TRIES_OVER_REAL_TIME } };
}
