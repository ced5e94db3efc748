import { setTimeout as pause } from "node:timers/promises";
import type { Account } from "./account.ts";
import type { Play } from "./play.ts";
import { presenceOf } from "./reading.ts";

/** Clocks of the functions run with the machine's by then; an answer takes its time. */
const MARGIN_MS = 3_000;

/** Users without a socket. A lost `$disconnect` may leave them online until their last token has expired. */
export class Ghosts {
  readonly #gone: { readonly asker: Account; readonly userIds: readonly string[]; readonly until: number }[] =
    [];

  add({ members }: Play): void {
    const until = Math.max(...members.map(({ account }) => account.expiresAt));
    for (const { account, peers } of members) this.#gone.push({ asker: account, userIds: peers, until });
  }

  /** Those who still count as online after all their leases. */
  async find(): Promise<readonly string[]> {
    const online = await Promise.all(
      this.#gone.map(async ({ asker, userIds, until }) => {
        const deadline = until + MARGIN_MS;
        for (;;) {
          const reply = await presenceOf(asker, userIds);
          const isLate = Date.now() > deadline;
          if (reply.type === "answer") {
            const left = reply.data.presence.filter((one) => one.online).map(({ userId }) => userId);
            if (left.length === 0 || isLate) return left;
          } else if (isLate) return userIds;
          await pause(Math.min(1_000, Math.max(50, deadline - Date.now())));
        }
      }),
    );
    return [...new Set(online.flat())];
  }
}
