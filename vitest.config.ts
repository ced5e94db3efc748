import { defineConfig } from "vitest/config";

/** Milliseconds. A test that waits for an event has a deadline of its own, below these. */
const SECOND = 1_000;

export default defineConfig({
  test: {
    // Many tests run a cloud of processes beside them: more workers than two only make those late.
    maxWorkers: 2,
    environment: "node",
    restoreMocks: true,
    projects: [
      project("unit", ["test/unit", "test/fuzz"], { testTimeout: 20 * SECOND }),
      project("handlers", ["test/handlers"], { testTimeout: 20 * SECOND }),
      project("store", ["test/store"], { testTimeout: 30 * SECOND, hookTimeout: 60 * SECOND }),
      project("infra", ["test/infra"], { testTimeout: 60 * SECOND, hookTimeout: 120 * SECOND }),
      project("local", ["local/test"], { testTimeout: 60 * SECOND, hookTimeout: 120 * SECOND }),
      project("chaos", ["test/chaos"], { testTimeout: 300 * SECOND }),
      project("system", ["test/system"], {
        testTimeout: 30 * SECOND,
        hookTimeout: 120 * SECOND,
        globalSetup: ["test/system/shared-cloud.ts"],
      }),
      project("browser", ["test/browser"], {
        testTimeout: 60 * SECOND,
        hookTimeout: 120 * SECOND,
        globalSetup: ["test/browser/find-chromium.ts"],
      }),
    ],
  },
});

interface Limits {
  readonly testTimeout: number;
  readonly hookTimeout?: number;
  readonly globalSetup?: string[];
}

function project(name: string, folders: readonly string[], limits: Limits) {
  return {
    extends: true as const,
    test: { name, include: folders.map((folder) => `${folder}/**/*.test.ts`), ...limits },
  };
}
