import { defineConfig } from "vitest/config";

/**
 * Nets for what hangs, in milliseconds: a test that waits for something has a deadline of its own, which
 * stretches with the machine's measured speed (`local/test/support/pace.ts`) and names what did not come.
 */
const MINUTE = 60_000;

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
      project("local", ["local/test"]),
      project("client", ["client/test"], ["test/browser/find-chromium.ts"]),
      project("chaos", ["test/chaos"]),
      project("system", ["test/system"], ["test/system/shared-cloud.ts"]),
      project("browser", ["test/browser"], ["test/browser/find-chromium.ts"]),
    ],
  },
});

function project(name: string, folders: readonly string[], globalSetup: string[] = []) {
  return {
    extends: true as const,
    test: { name, include: folders.map((folder) => `${folder}/**/*.test.ts`), globalSetup },
  };
}
