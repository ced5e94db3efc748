import { exactly, option, type Benchmark } from "./benchmark.ts";
import { percentileOf } from "./measures/durations.ts";
import { startUseStop, type Round } from "./start-stop/round.ts";

export const startStop: Benchmark = {
  summary: "starts and stops the local cloud, killing functions meanwhile: what is left behind",
  options: { rounds: 20, kills: 5 },
  brief: { rounds: 6, kills: 2 },
  run: async (options) => {
    const [rounds, kills] = [option(options, "rounds"), option(options, "kills")];
    const done: Round[] = [];
    for (let index = 0; index < rounds; index += 1) {
      // Spread over the run, so that kept data is met both by a clean start and after a kill.
      const killFunction = Math.floor(((index + 1) * kills) / rounds) > Math.floor((index * kills) / rounds);
      done.push(await startUseStop({ killFunction, ephemeral: index % 2 === 0 }));
    }
    const left = done.flatMap((round) => round.leftBehind);
    const starts = done.map(({ startMs }) => startMs);
    const stops = done.map(({ stopMs }) => stopMs);
    return [
      { name: "rounds", value: done.length },
      {
        name: "functions killed",
        value: done.filter(({ killed }) => killed).length,
        bound: exactly(done.filter(({ killed }) => killed).length, kills),
      },
      { name: "processes seen", value: done.reduce((sum, { processes }) => sum + processes, 0) },
      { name: "listening sockets seen", value: done.reduce((sum, { listening }) => sum + listening, 0) },
      { name: "left behind", value: left.length, bound: exactly(left.length, 0) },
      ...left.slice(0, 5).map((value) => ({ name: "left", value })),
      { name: "start to ready, median", value: percentileOf(starts, 0.5), unit: "ms" },
      { name: "start to ready, longest", value: Math.max(...starts), unit: "ms" },
      { name: "signal to end, median", value: percentileOf(stops, 0.5), unit: "ms" },
      { name: "signal to end, longest", value: Math.max(...stops), unit: "ms" },
    ];
  },
};
