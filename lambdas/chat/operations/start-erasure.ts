import type { EraseRequest } from "../../protocol/admin-requests.ts";
import type { ErasureJob } from "../../protocol/http-answers.ts";
import type { Admin, Chat } from "../chat.ts";
import type { ErasureStore } from "../duty-ports.ts";
import { toErasureJob } from "../model/erasure.ts";
import { isUserId } from "../model/ids.ts";
import { signOut } from "../model/presence.ts";
import { noSuchUser, Refusal } from "../model/refusal.ts";
import { endSessions } from "../steps/end-sessions.ts";

/**
 * The erasure begins once nothing of the user's can act any more: a minute until every environment knows that they
 * are signed out, ten seconds for what was under way, and the grace of their presence, which ends meanwhile.
 */
const SETTLED_AFTER_SECONDS = 90;

/** No token is issued later than this. In seconds since the epoch. */
const FOR_GOOD = Number.MAX_SAFE_INTEGER;

/**
 * Begins to erase a user: they are signed out for good, and the worker does the rest. Asked for again it is the same
 * job, which goes on where it had died; how messages are treated is what the first said.
 *
 * @throws Refusal `NOT_FOUND` for somebody who was never here
 */
export async function startErasure(
  chat: Chat,
  erasures: ErasureStore,
  { adminId }: Admin,
  { userId, messages }: EraseRequest,
): Promise<ErasureJob> {
  const [known, before] = isUserId(userId)
    ? await Promise.all([chat.users.get(userId, "strong"), erasures.getOf(userId)])
    : [null, null];
  if (!known && !before) throw noSuchUser();
  if (!known && before?.endedAt !== null && before) return toErasureJob(before, chat.clock.now());
  const salt = Buffer.from(chat.random.bytes(32)).toString("base64url");
  const erasure = await erasures.begin(userId, { messages, salt, at: chat.clock.now() });
  chat.log.audit("erasure asked for", {
    adminId,
    erasedUserId: userId,
    jobId: erasure.id,
    messages: erasure.messages,
  });
  if (known) {
    await endSessions(chat, chat.queue, known, (user) => ({
      ...signOut(user, chat.clock.now(), chat.rules),
      signedOutAt: FOR_GOOD,
    }));
  }
  await chat.queue.send({ type: "erase", jobId: erasure.id }, SETTLED_AFTER_SECONDS);
  return toErasureJob(erasure, chat.clock.now());
}

/** @throws Refusal `NOT_FOUND` */
export async function getErasure(chat: Chat, erasures: ErasureStore, id: string): Promise<ErasureJob> {
  const erasure = await erasures.get(id);
  if (!erasure) throw new Refusal("NOT_FOUND", "There is no job with this id.");
  return toErasureJob(erasure, chat.clock.now());
}
