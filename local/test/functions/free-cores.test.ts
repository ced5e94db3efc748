import { cpus } from "node:os";
import { expect, it } from "vitest";
import { createCoreWatch } from "../../functions/free-cores.ts";

it("hands out each half of a core once", () => {
  const takeCore = createCoreWatch();
  const taken = Array.from({ length: 10 * cpus().length }, () => takeCore());
  expect(taken.filter(Boolean)).toHaveLength(2 * cpus().length);
});
