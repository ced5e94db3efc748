import { startDeadline } from "../../local/test/support/pace.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { Endpoints } from "../support/person.ts";
import { check } from "./check.ts";
import { checkPresence } from "./check-presence.ts";
import type { Ghosts } from "./ghosts.ts";
import type { History } from "./history.ts";
import type { Violation } from "./journal.ts";
import { readOutcome } from "./outcome.ts";
import { Play } from "./play.ts";
import { RawDevice } from "./raw-device.ts";
import { presenceOf } from "./reading.ts";
import type { Database } from "./stored.ts";
import type { FaultSet, Weather } from "./weather.ts";

/** The worker gathers messages for a second before it compares; a failed look is repeated. */
const REPAIR_MS = 15_000;

export interface BatchOptions {
  readonly cloud: Endpoints & Database;
  readonly weather: Weather;
  /** Null: nothing breaks. */
  readonly faults: readonly FaultSet[] | null;
  readonly histories: readonly { readonly seed: number; readonly history: History }[];
  /** Begins the user ids: different for each batch that a cloud ever sees. */
  readonly name: string;
  readonly tokenSeconds: number;
  readonly ghosts: Ghosts;
}

export interface Played {
  readonly seed: number;
  readonly play: Play;
  readonly violations: readonly Violation[];
  /** How many changes are stored of all its conversations. */
  readonly revs: number;
}

/** Plays histories at once under the same faults; when the last storm is over, the faults go and all is checked. */
export async function playBatch(options: BatchOptions): Promise<readonly Played[]> {
  const { cloud, weather, faults, histories, name, tokenSeconds, ghosts } = options;
  const plays = histories.map(
    ({ seed, history }) => new Play({ cloud, history, seed, name: `${name}-${seed}`, tokenSeconds }),
  );
  if (faults) weather.begin(faults);
  await Promise.all(
    plays.map(async (play) => {
      await play.begin();
      await play.storm();
    }),
  );
  if (faults) await weather.clear();
  const judged = await Promise.all(
    plays.map(async (play) => {
      await play.settle();
      return { play, ...(await judge(play)) };
    }),
  );
  // Every second batch leaves unheard: each of its users stays behind as a ghost until the leases end.
  if (faults && Number(faults[0]?.["seed"]) % 2 === 1) await weather.set({ loseDisconnect: 1 });
  return Promise.all(
    judged.map(async ({ play, violations, revs }) => {
      await play.leave();
      const arrival = await checkArrival(play);
      ghosts.add(play);
      const { seed } = play.options;
      return { seed, play, revs, violations: [...violations, ...arrival, ...checkPresence(play.journal)] };
    }),
  );
}

/** What is derived from the log may follow it after a while: what still differs then is wrong. */
async function judge(play: Play): Promise<Pick<Played, "violations" | "revs">> {
  let isLate = false;
  const deadline = startDeadline(REPAIR_MS, () => (isLate = true));
  for (;;) {
    const outcome = await readOutcome(play);
    const violations = [...play.journal.violations, ...check(play.journal, outcome)];
    if (violations.length === 0 || isLate) {
      deadline.cancel();
      return {
        violations,
        revs: outcome.conversations.reduce((sum, { changes }) => sum + changes.length, 0),
      };
    }
    // A message that came late, of a try that nobody waited for any more, is news to the devices as well.
    await play.settle();
    await pause(300);
  }
}

/** Whoever arrives after all others have gone is online, whatever is still on its way about the others. */
async function checkArrival(play: Play): Promise<readonly Violation[]> {
  const { members, journal, options } = play;
  const member = members[options.seed % members.length]!;
  const peer = members.find(({ person }) => person.id === member.peers[0])!;
  const around = { journal, random: () => 0.5, shown: () => undefined };
  const device = new RawDevice("arrival", member.person, member.conversations, around);
  await device.connect();
  const reply = await presenceOf(peer.person, [member.person.id]);
  const isOnline = reply.type === "answer" && reply.data.presence[0]?.online === true;
  await device.stop();
  if (isOnline) return [];
  return [{ kind: "presence", text: `${member.person.id} has just connected: ${JSON.stringify(reply)}` }];
}
