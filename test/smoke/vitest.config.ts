import { defineConfig } from "vitest/config";

const MINUTE = 60_000;

/** The contract's system tests against a deployment that runs already: those that start or disturb a cloud are left out. */
export default defineConfig({
  test: {
    root: "test/system",
    include: ["**/*.test.ts"],
    exclude: [
      "faults/**",
      ...[
        "crash",
        "forged-tokens",
        "ping",
        "presence-grace",
        "rate-limits",
        "readme-chat",
        "returning-crowd",
        "start-stop-rounds",
      ].map((name) => `${name}.test.ts`),
    ],
    maxWorkers: 2,
    testTimeout: 5 * MINUTE,
    hookTimeout: 5 * MINUTE,
    expect: { poll: { timeout: 2 * MINUTE } },
    globalSetup: ["../smoke/target.ts"],
  },
});
