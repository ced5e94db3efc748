import { slowness } from "../../local/test/support/pace.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { Person } from "./person.ts";
import type { Play } from "./play.ts";
import { presenceOf } from "./reading.ts";

/** Clocks of the functions run with the machine's by then; an answer takes its time. */
const MARGIN_MS = 3_000;
/** A long run has thousands to ask about. */
const AT_ONCE = 8;
const ANSWERED_MS = 60_000;

interface Left {
  readonly asker: Person;
  readonly userIds: readonly string[];
  /** When the last lease of them is over, in milliseconds since the epoch. */
  readonly until: number;
}

/** Users without a socket. A lost `$disconnect` may leave them online until their last token has expired. */
export class Ghosts {
  readonly #gone: Left[] = [];

  add({ members }: Play): void {
    const until = Math.max(...members.map(({ person }) => person.expiresAt));
    for (const { person, peers } of members) this.#gone.push({ asker: person, userIds: peers, until });
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
  const asked = Date.now();
  for (;;) {
    const isLate = Date.now() > until + MARGIN_MS * slowness();
    const reply = await presenceOf(asker, userIds);
    if (reply.type === "answer") {
      const online = reply.data.presence.filter((one) => one.online).map(({ userId }) => userId);
      if (online.length === 0 || isLate) return online;
    } else if (Date.now() > Math.max(asked, until) + ANSWERED_MS * slowness()) {
      throw new Error(`Whether ${userIds.join(", ")} are online was not answered: ${JSON.stringify(reply)}`);
    }
    await pause(200);
  }
}
