import { soak } from "../client/test/sdk/soak.ts";
import { exactly, option, type Benchmark } from "./benchmark.ts";

export const clientSoak: Benchmark = {
  summary:
    "two clients under cuts, refused pushes, killed functions and short tokens: both end with all, once",
  options: { messages: 2_000, seconds: 600 },
  run: async (options) => {
    const outcome = await soak({
      messages: option(options, "messages"),
      seconds: option(options, "seconds"),
    });
    return [
      { name: "messages", value: outcome.messages },
      { name: "all sockets cut", value: outcome.cuts, unit: "times" },
      { name: "functions to be killed", value: outcome.kills, unit: "times" },
      { name: "connects", value: outcome.connects },
      { name: "tokens asked for", value: outcome.tokens },
      {
        name: "from the last fault until both had everything",
        value: outcome.settlingSeconds.toFixed(1),
        unit: "s",
      },
      {
        name: `findings ${outcome.findings.join("; ")}`.trim(),
        value: outcome.findings.length,
        bound: exactly(outcome.findings.length, 0),
      },
    ];
  },
};
