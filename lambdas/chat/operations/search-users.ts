import type { User } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { foldHandle, HANDLE_START } from "../model/folded-handle.ts";
import { noSuchRoute, Refusal } from "../model/refusal.ts";
import { toUser } from "../model/views.ts";

const MAX_FOUND = 20;
/** So many keys are looked at for the nearest: of more that begin so, the first in the alphabet. */
const MAX_LOOKED_AT = 100;

/**
 * Users whose handle begins so, or by the setting `exact` is so: the same one first, then the shortest, then by the
 * alphabet. The index may lag a moment behind a change of handle; what no longer begins so is left out.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND` where there is no directory, `INVALID_REQUEST` for one that is too short
 */
export async function searchUsers(
  chat: Chat,
  caller: Caller,
  handle: string,
): Promise<{ readonly users: readonly User[] }> {
  const { directory } = chat.rules;
  if (directory === "off") throw noSuchRoute();
  await chat.limits.lookups.take(caller.userId);
  const wanted = foldHandle(handle);
  if ([...wanted].length < HANDLE_START) {
    throw new Refusal("INVALID_REQUEST", `handle must have ${HANDLE_START} characters at least.`);
  }
  const matches = (folded: string): boolean =>
    directory === "exact" ? folded === wanted : folded.startsWith(wanted);
  const found = await chat.users.findByHandle(wanted, { exact: directory === "exact" }, MAX_LOOKED_AT);
  const nearest = found
    .filter(({ folded }) => matches(folded))
    .sort(byNearness)
    .slice(0, MAX_FOUND);
  const users = await chat.users.getMany(
    nearest.map(({ userId }) => userId),
    "eventual",
  );
  return {
    users: nearest
      .flatMap(({ userId }) => users.get(userId) ?? [])
      .map(toUser)
      .filter(({ name }) => matches(foldHandle(name))),
  };
}

interface Found {
  readonly userId: string;
  readonly folded: string;
}

const byNearness = (a: Found, b: Found): number =>
  [...a.folded].length - [...b.folded].length || compare(a.folded, b.folded) || compare(a.userId, b.userId);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
