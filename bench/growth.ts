import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deploy } from "../test/support/deployment.ts";
import { option, type Benchmark } from "./benchmark.ts";
import { DIMENSIONS, type Dimension } from "./growth/dimensions.ts";
import { drawGrowth } from "./growth/growth-plot.ts";
import { withGrowthTables } from "./growth/growth-tables.ts";
import { figuresOf, type Measured } from "./growth/judge-growth.ts";
import { measureGrowth } from "./growth/measure-growth.ts";
import type { Place } from "./growth/place.ts";

const SIZES = [10, 1_000, 100_000];
const GROUP_SIZES = [2, 10, 100, 1_000];
const DOCS = join(import.meta.dirname, "../docs");

export const growth: Benchmark = {
  summary: "what operations take as conversations, messages, users, members become many; --draw 1 draws it",
  options: { largest: 100_000, members: 1_000, rounds: 15, draw: 0 },
  brief: { largest: 10_000, members: 300 },
  run: async (options) => {
    const rounds = option(options, "rounds");
    const measured: Measured[] = [];
    for (const dimension of DIMENSIONS) {
      const ofGroup = dimension.name === "members";
      const sizes = (ofGroup ? GROUP_SIZES : SIZES).filter(
        (size) => size <= option(options, ofGroup ? "members" : "largest"),
      );
      // A push a member: a few rounds tell.
      const operations = await measure(dimension, sizes, ofGroup ? Math.ceil(rounds / 3) : rounds);
      measured.push({ ...dimension, operations });
    }
    if (option(options, "draw") > 0) await draw(measured);
    return measured.flatMap(figuresOf);
  },
};

/** Over an engine of its own: what one has filled does not slow the next. */
async function measure(dimension: Dimension, sizes: readonly number[], rounds: number) {
  const deployment = await deploy({ MAX_GROUP_MEMBERS: "1000" });
  const write = process.stdout.write.bind(process.stdout);
  try {
    // Functions log what they do; here only the table is to be read.
    process.stdout.write = () => true;
    const places: Place[] = [];
    for (const size of sizes) places.push(await dimension.open(deployment, size));
    return await measureGrowth(places, dimension.operations, rounds);
  } finally {
    process.stdout.write = write;
    await deployment.stop();
  }
}

async function draw(measured: readonly Measured[]): Promise<void> {
  for (const one of measured) await writeFile(join(DOCS, `images/growth-${one.name}.svg`), drawGrowth(one));
  const page = join(DOCS, "growth.md");
  await writeFile(page, withGrowthTables(await readFile(page, "utf8"), measured));
}
