import type { Chat } from "../chat.ts";
import type { PresenceChange } from "../model/presence.ts";
import type { UserRecord } from "../model/records.ts";

/** Ten devices at once may all lose a race nine times. */
const MAX_TRIES = 50;

/**
 * Changes a user's presence by compare-and-set: `plan` is asked again with the record as it stands until its
 * change is written, or until it has none: whether it was written. `known` spares the first read.
 */
export async function changePresence(
  chat: Chat,
  userId: string,
  known: UserRecord | null,
  plan: (user: UserRecord) => PresenceChange | null,
): Promise<boolean> {
  let user = known ?? (await chat.users.get(userId, "strong"));
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (!user) return false;
    const change = plan(user);
    if (!change) return false;
    const result = await chat.users.changePresence(userId, user.revision, change);
    if (result.type === "changed") {
      if (change.version > user.version) {
        chat.metrics.count(change.state === "off" ? "WentOffline" : "WentOnline");
      }
      return true;
    }
    user = result.user;
    await chat.clock.pause(chat.random.fraction() * Math.min(100, 2 ** tries));
  }
  throw new Error(`The presence record was changed by others ${MAX_TRIES} times in a row.`);
}
