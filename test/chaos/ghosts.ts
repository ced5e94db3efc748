import { setTimeout as pause } from "node:timers/promises";
import type { Account } from "./account.ts";
import type { Play } from "./play.ts";
import { presenceOf } from "./reading.ts";

/** Clocks of the functions run with the machine's by then; an answer takes its time. */
const MARGIN_MS = 3_000;
/** A long run has thousands to ask about. */
const AT_ONCE = 8;
const ANSWERED_MS = 60_000;

interface Left {
  readonly asker: Account;
  readonly userIds: readonly string[];
  /** When the last lease of them is over, in milliseconds since the epoch. */
  readonly until: number;
}

/** Users without a socket. A lost `$disconnect` may leave them online until their last token has expired. */
export class Ghosts {
  readonly #gone: Left[] = [];

  add({ members }: Play): void {
    const until = Math.max(...members.map(({ account }) => account.expiresAt));
    for (const { account, peers } of members) this.#gone.push({ asker: account, userIds: peers, until });
  }

  /** Those who still count as online after all their leases. Throws where nobody tells. */
  async find(): Promise<readonly string[]> {
    const online: string[] = [];
    for (let next = 0; next < this.#gone.length; next += AT_ONCE) {
      const some = this.#gone.slice(next, next + AT_ONCE);
      online.push(...(await Promise.all(some.map(stillOnline))).flat());
    }
    return [...new Set(online)];
  }
}

async function stillOnline({ asker, userIds, until }: Left): Promise<readonly string[]> {
  const giveUp = Math.max(Date.now(), until) + ANSWERED_MS;
  for (;;) {
    const isLate = Date.now() > until + MARGIN_MS;
    const reply = await presenceOf(asker, userIds);
    if (reply.type === "answer") {
      const online = reply.data.presence.filter((one) => one.online).map(({ userId }) => userId);
      if (online.length === 0 || isLate) return online;
    } else if (Date.now() > giveUp) {
      throw new Error(`Whether ${userIds.join(", ")} are online was not answered: ${JSON.stringify(reply)}`);
    }
    await pause(200);
  }
}
