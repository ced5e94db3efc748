import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compositionOf } from "../../bench/cold/composition.ts";
import { pairedStarts } from "../../bench/cold/paired-starts.ts";
import type { Run } from "../../bench/functions/function-stage.ts";
import { type Bundles, bundleFunctions } from "../../lib/bundling/bundle-functions.ts";

/** What `npm run bench -- cold` tells besides what it measures. */

it("accounts for the bytes of every function, but for what joins its parts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-composition-"));
  const outcome = await bundleFunctions(folder);
  if (outcome.type === "failed") throw new Error(outcome.problems.join("\n"));
  const parts = await compositionOf();
  for (const name of Object.keys(outcome.bundles) as (keyof Bundles)[]) {
    const { size } = statSync(join(outcome.bundles[name], "index.js"));
    const told = parts[name].reduce((sum, { bytes }) => sum + bytes, 0);
    expect(told / size).toBeGreaterThan(0.97);
    expect(told / size).toBeLessThanOrEqual(1);
    expect(parts[name].map(({ part }) => part)).toEqual(
      expect.arrayContaining(["our code", "@smithy/core", "@aws-sdk/client-dynamodb"]),
    );
  }
  rmSync(folder, { recursive: true });
});

it("pairs each start with one of the other build, either first by turns, and leaves the first pair out", async () => {
  const order: string[] = [];
  const pairs = await pairedStarts(2, (build) => {
    order.push(build);
    return Promise.resolve({ loadMs: order.length } as Run);
  });
  expect(order).toEqual(["ours", "default", "default", "ours", "ours", "default"]);
  expect(pairs.map(({ ours, byDefault }) => [ours.loadMs, byDefault.loadMs])).toEqual([
    [4, 3],
    [5, 6],
  ]);
});
