import { writeFileSync } from "node:fs";
import { billOf } from "./scenario/aws-bill.ts";
import { drawBills } from "./scenario/draw-bills.ts";
import { optionsListing, readOptions } from "./scenario/read-options.ts";
import { reportOf } from "./scenario/report.ts";
import { quotesFor } from "./scenario/services/quotes.ts";

/** 2: it was called wrongly. */
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
  if (picture !== null) {
    const bill = billOf(scenario);
    const title = `${scenario.users.toLocaleString("en")} users, ${Math.round(scenario.messagesADay).toLocaleString("en")} messages a day`;
    writeFileSync(picture, drawBills([{ title, bill, quotes: quotesFor(scenario, bill.usage) }]));
  }
  return 0;
}

process.exitCode = main(process.argv.slice(2));
