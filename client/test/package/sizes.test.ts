import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle } from "../../bundle.mjs";

/** Of 1,024 bytes, minified and gzipped: what an app's page grows by with all that is exported. */
const KILOBYTE = 1024;

test.each([
  ["the SDK, as a page loads it first,", "index.js", 12],
  ["what it loads when it is online", "on-demand.js", 6.1],
  ["the hooks", "react.js", 2],
] as const)("%s, as it is shipped, has its size", { timeout: 60_000 }, async (_, entry, most) => {
  const { code } = await bundle(entry);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(most * KILOBYTE);
});
