import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { scenariosPicture, withScenarios } from "../../../../bench/costs/scenario/scenarios-page.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../../../docs/${path}`, import.meta.url), "utf8");

it("is what docs/cost.md says; otherwise run `npm run docs:scenarios`", () => {
  const page = read("cost.md");
  expect(withScenarios(page)).toBe(page);
});

it("is what docs/images/cost-scenarios.svg draws", () => {
  expect(scenariosPicture()).toBe(read("images/cost-scenarios.svg"));
});

it("keeps what stands around it, and misses its place aloud", () => {
  const empty =
    "before\n\n<!-- Written by `npm run docs:scenarios`. -->\n\n<!-- End of the scenarios. -->\n\nafter\n";
  const page = withScenarios(empty);
  expect(page).toMatch(/^before\n\n[^]+\n\nafter\n$/);
  expect(withScenarios(page)).toBe(page);
  expect(() => withScenarios("nothing")).toThrow("no place");
});
