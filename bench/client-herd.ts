import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { atMost, option, type Benchmark, type Figure } from "./benchmark.ts";
import { startGate } from "./herd/gate-process.ts";
import { Herd } from "./herd/herd.ts";
import { drawRates, type RatePanel } from "./herd/rate-plot.ts";
import { now, pause, slowed, slowTime } from "./herd/slow-time.ts";
import { eachSecond, mostInASecond } from "./measures/rates.ts";

/** New connections that API Gateway takes a second, unless an account has asked for more. */
const LIMIT = 500;
/** How long the server stays away, in seconds. */
const ABSENCES = [0, 20, 120];
/** Long enough to be a connection: one that is lost within five seconds counts as a failure. */
const STEADY_MS = 6_000;
const PICTURE = join(import.meta.dirname, "../docs/images/client-herd.svg");

export const clientHerd: Benchmark = {
  summary: "many clients lose their server together and come back: connections a second; --draw 1 draws them",
  options: { clients: 1_000, longest: 120, slow: 1, draw: 0 },
  brief: { longest: 20 },
  run: async (options) => {
    const count = option(options, "clients");
    slowTime(option(options, "slow"));
    const herd = new Herd();
    let gate = await startGate();
    try {
      const port = await gate.listen(0);
      await herd.gather(port, count);
      const figures: Figure[] = [];
      const panels: RatePanel[] = [];
      for (const away of ABSENCES.filter((seconds) => seconds <= option(options, "longest"))) {
        await pause(STEADY_MS);
        const next = await startGate();
        herd.forgetDeeds();
        const lostAt = now();
        await gate.kill();
        gate = next;
        await herd.lost();
        await pause(lostAt + away * 1000 - now());
        await gate.listen(port);
        await herd.online();
        // What follows a connection is part of it.
        await pause(1_000);
        const connects = (await gate.connects()).map(slowed);
        const { tries } = herd.deeds;
        figures.push(...figuresOf(away, connects, herd, lostAt));
        panels.push({
          title: `the server is away for ${away} s`,
          connects: eachSecond(connects, lostAt),
          tries: eachSecond(tries, lostAt),
        });
      }
      if (option(options, "draw") > 0) await writeFile(PICTURE, drawRates(panels, count, LIMIT));
      return figures;
    } finally {
      await herd.close();
      await gate.kill();
    }
  },
};

function figuresOf(away: number, connects: readonly number[], herd: Herd, lostAt: number): Figure[] {
  const { tries, requests, lists, tokens } = herd.deeds;
  const bounded = (what: string, times: readonly number[]): Figure => {
    const value = mostInASecond(times);
    return { name: `away ${away} s: most ${what}`, value, unit: "/s", bound: atMost(value, LIMIT) };
  };
  return [
    bounded("connections taken", connects),
    bounded("tries to connect", tries),
    bounded("lists read", lists),
    bounded("tokens asked for", tokens),
    { name: `away ${away} s: most HTTP requests`, value: mostInASecond(requests), unit: "/s" },
    {
      name: `away ${away} s: all are back`,
      value: (Math.max(...connects) - lostAt) / 1000 - away,
      unit: "s after it",
    },
  ];
}
