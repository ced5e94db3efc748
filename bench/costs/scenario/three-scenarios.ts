import { readOptions } from "./read-options.ts";
import type { Scenario } from "./scenario.ts";

export interface NamedScenario {
  readonly name: string;
  /** As given to `npm run cost`. */
  readonly options: string;
  readonly scenario: Scenario;
}

const named = (name: string, options: string): NamedScenario => {
  const asked = readOptions(options.split(" "));
  if (typeof asked === "string") throw new Error(`${name}: ${asked}`);
  return { name, options, scenario: asked.scenario };
};

/** Those of docs/cost.md. */
export const SCENARIOS: readonly NamedScenario[] = [
  named("a quiet month", "--users 0"),
  named(
    "a team of 50",
    "--users 50 --hours-online 6 --online-at-peak 0.9 --messages-a-user 30 --groups 0.6 --recipients-online 0.7 --peers 49",
  ),
  named("a product, 10,000 users", "--users 10000 --hours-online 0.5 --online-at-peak 0.04 --devices 1.2"),
  named(
    "1,000,000 users, 100,000 at once",
    "--users 1000000 --hours-online 0.7 --online-at-peak 0.1 --devices 1.2 --peers 30",
  ),
];
