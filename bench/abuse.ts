import { startParley } from "../test/support/start-parley.ts";
import { connectInACrowd } from "./abuse/connections.ts";
import { beginConversations, listAmongFresh } from "./abuse/conversations.ts";
import { askThroughAnotherHost } from "./abuse/doors.ts";
import { readBigMessages, readWithoutEnd } from "./abuse/reads.ts";
import { sendOverLanes, sendPipelined } from "./abuse/sends.ts";
import { alternateTokens } from "./abuse/tokens.ts";
import { option, type Benchmark, type Figure } from "./benchmark.ts";

/** As deployed with the settings of `dev`; locally they are off unless set. */
const LIMITS = {
  sendsPerSecond: 10,
  typingPerSecond: 5,
  readsPerSecond: 30,
  joinsPerSecond: 20,
  lookupsPerSecond: 20,
  conversationsPerHour: 30,
};

/**
 * What somebody with an account of their own may try, and how far they get. Attempts whose price is asked run
 * without limits, so that one request's units show.
 */
export const abuse: Benchmark = {
  summary: "what a hostile user tries, how far they got before, and how far they get now",
  options: { conversations: 1_200, connects: 80 },
  run: async (options) => {
    const conversations = option(options, "conversations");
    const limited = await startParley({ context: { presenceGraceSeconds: 0, ...LIMITS } });
    const figures: Figure[] = [];
    try {
      figures.push(await beginConversations(limited, conversations, LIMITS.conversationsPerHour));
      figures.push(await sendOverLanes(limited, LIMITS.sendsPerSecond));
      figures.push(await sendPipelined(limited, LIMITS.sendsPerSecond));
      figures.push(await readWithoutEnd(limited, LIMITS.readsPerSecond));
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
