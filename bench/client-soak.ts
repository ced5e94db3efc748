import { soak } from "../client/test/sdk/soak/soak.ts";
import { atMost, exactly, option, type Benchmark } from "./benchmark.ts";

/** What a client may hold more for each message that it shows. */
const KB_A_MESSAGE = 4;

export const clientSoak: Benchmark = {
  summary:
    "two clients under cuts, refused pushes, killed functions and short tokens: both end with all, once",
  options: { messages: 2_000, seconds: 600, seed: 1, token: 30 },
  brief: { messages: 200, seconds: 45 },
  run: async (options) => {
    const messages = option(options, "messages");
    const outcome = await soak({
      messages,
      seconds: option(options, "seconds"),
      seed: option(options, "seed"),
      tokenSeconds: option(options, "token"),
    });
    const { injected, sockets, heapMb, findings } = outcome;
    const half = Math.floor(heapMb.length / 2);
    // Of both, over the second half, by how many each has come to show meanwhile.
    const kilobytes = ((heapMb.at(-1)! - heapMb[half]!) * 1024) / messages;
    const times = (...kinds: string[]): string => kinds.map((kind) => injected[kind] ?? 0).join(" + ");
    return [
      { name: "messages", value: messages },
      { name: "sockets cut", value: outcome.cuts },
      { name: "sockets opened", value: sockets.opened },
      {
        name: "of them lost, ended by the gateway, replaced",
        value: `${sockets.lost}, ${sockets.ended}, ${sockets.closed}`,
      },
      { name: "$disconnects lost", value: times("loseDisconnect") },
      { name: "pushes refused with 410 + 429 + 500", value: times("push.410", "push.429", "push.500") },
      { name: "functions killed before + after a database call", value: times("kill.before", "kill.after") },
      { name: "tokens asked for", value: outcome.tokens },
      { name: "notifications of the messages looked at", value: outcome.notifications },
      { name: "events new_message told", value: outcome.told, bound: exactly(outcome.told, 2 * messages) },
      { name: "from the last fault until both had everything", value: outcome.settlingSeconds, unit: "s" },
      { name: "heap of both, garbage aside", value: heapMb.map((mb) => mb.toFixed(1)).join(" "), unit: "MB" },
      {
        name: "growth over the second half, a message that a client shows",
        value: kilobytes,
        unit: "KB",
        bound: atMost(kilobytes, KB_A_MESSAGE),
      },
      ...findings.map((value) => ({ name: "finding", value })),
      { name: "findings", value: findings.length, bound: exactly(findings.length, 0) },
    ];
  },
};
