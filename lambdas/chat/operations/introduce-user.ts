import type { UserRequest } from "../../protocol/admin-requests.ts";
import type { User } from "../../protocol/objects.ts";
import type { Chat } from "../chat.ts";
import type { ErasureStore } from "../duty-ports.ts";
import { isUserId } from "../model/ids.ts";
import { pictureUrl, profileText } from "../model/profile-text.ts";
import type { Claims } from "../model/records.ts";
import { Refusal } from "../model/refusal.ts";
import { toUser } from "../model/views.ts";

/**
 * Makes somebody known before they have ever signed in, or says anew who they are. It counts as a token's claims
 * would that was issued now: field by field whoever spoke later is believed.
 *
 * Whoever was erased comes anew by this, and by nothing else.
 *
 * @throws Refusal `INVALID_REQUEST` for an id that no token can bear, `CONFLICT` for who is being erased
 */
export async function introduceUser(
  chat: Chat,
  erasures: Pick<ErasureStore, "getOf" | "forget">,
  { userId, name, displayName, avatarUrl }: UserRequest,
): Promise<User> {
  if (!isUserId(userId)) throw new Refusal("INVALID_REQUEST", "userId can be nobody's.");
  const erasure = await erasures.getOf(userId);
  if (erasure?.endedAt === null) throw new Refusal("CONFLICT", "This user is being erased.");
  if (erasure) await erasures.forget(userId);
  const claims: Claims = {
    ...(name === undefined ? {} : { handle: profileText(name) }),
    ...(displayName === undefined ? {} : { fullName: profileText(displayName) }),
    ...(avatarUrl === undefined ? {} : { picture: pictureUrl(avatarUrl ?? "", chat.rules.avatarSchemes) }),
  };
  return toUser(await chat.users.saveClaims(userId, claims, chat.clock.now() / 1000));
}
