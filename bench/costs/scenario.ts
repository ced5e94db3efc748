import { writeFileSync } from "node:fs";
import { billOf } from "./scenario/aws-bill.ts";
import { drawBills } from "./scenario/draw-bills.ts";
import { optionsListing, readOptions } from "./scenario/read-options.ts";
import { reportOf } from "./scenario/report.ts";
import type { Scenario } from "./scenario/scenario.ts";
import { quotesFor } from "./scenario/services/quotes.ts";

/** 1: the picture was not written; 2: it was called wrongly. */
function main(args: readonly string[]): number {
  if (args.length === 0 || args.includes("--help")) {
    process.stderr.write(`npm run cost -- --users 10000 [--option value]…\n\n${optionsListing()}\n`);
    return args.length === 0 ? 2 : 0;
  }
  const asked = readOptions(args);
  if (typeof asked === "string") {
    process.stderr.write(`${asked}\n`);
    return 2;
  }
  const { scenario, picture } = asked;
  process.stdout.write(`${reportOf(scenario)}\n`);
  return picture === null ? 0 : draw(scenario, picture);
}

/** 1: the file could not be written. */
function draw(scenario: Scenario, picture: string): number {
  const bill = billOf(scenario);
  const [users, messages] = [scenario.users, Math.round(scenario.messagesADay)].map((n) =>
    n.toLocaleString("en"),
  );
  const title = `${users} users, ${messages} messages a day`;
  try {
    writeFileSync(picture, drawBills([{ title, bill, quotes: quotesFor(scenario, bill.usage) }]));
    return 0;
  } catch (error) {
    process.stderr.write(
      `The picture was not written: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
