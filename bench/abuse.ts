import { readSettings } from "../lib/settings.ts";
import { STAGES } from "../stages/index.ts";
import { startParley } from "../test/support/start-parley.ts";
import { connectInACrowd } from "./abuse/connections.ts";
import { beginConversations, listAmongFresh } from "./abuse/conversations.ts";
import { askThroughAnotherHost } from "./abuse/doors.ts";
import { readBigMessages, readWithoutEnd } from "./abuse/reads.ts";
import { sendOverLanes, sendPipelined } from "./abuse/sends.ts";
import { alternateTokens } from "./abuse/tokens.ts";
import { option, type Benchmark, type Figure } from "./benchmark.ts";

/** The limits as deployed with the settings of `dev`; locally they are off unless set. */
function limitsOfDev() {
  const read = readSettings({ stage: "dev" }, STAGES);
  if (read.type === "failed") throw new Error(read.problems.join(" "));
  const {
    sendsPerSecond,
    typingPerSecond,
    readsPerSecond,
    joinsPerSecond,
    lookupsPerSecond,
    conversationsPerHour,
  } = read.settings;
  return {
    sendsPerSecond,
    typingPerSecond,
    readsPerSecond,
    joinsPerSecond,
    lookupsPerSecond,
    conversationsPerHour,
  };
}

/**
 * What somebody with an account of their own may try, and how far they get. Attempts whose price is asked run
 * without limits, so that one request's units show.
 */
export const abuse: Benchmark = {
  summary: "what a hostile user tries, how far they got before, and how far they get now",
  options: { conversations: 1_200, connects: 80 },
  run: async (options) => {
    const conversations = option(options, "conversations");
    const limits = limitsOfDev();
    const limited = await startParley({ context: { presenceGraceSeconds: 0, ...limits } });
    const figures: Figure[] = [];
    try {
      figures.push(await beginConversations(limited, conversations, limits.conversationsPerHour));
      figures.push(await sendOverLanes(limited, limits.sendsPerSecond));
      figures.push(await sendPipelined(limited, limits.sendsPerSecond));
      figures.push(await readWithoutEnd(limited, limits.readsPerSecond));
      figures.push(...(await connectInACrowd(limited, option(options, "connects"))));
      figures.push(await askThroughAnotherHost(limited));
    } finally {
      await limited.stop();
    }
    const free = await startParley({ context: { presenceGraceSeconds: 0 } });
    try {
      figures.push(await readBigMessages(free));
      figures.push(await listAmongFresh(free, conversations));
      figures.push(await alternateTokens(free));
    } finally {
      await free.stop();
    }
    return figures;
  },
};
