import type { Member } from "../../protocol/objects.ts";
import type { MemberRecord, Role, UserRecord } from "./records.ts";
import { iso } from "./times.ts";
import { toUser, userIn } from "./views.ts";

/** A member of a group with their profile as it is now. */
export const toMember = (
  { userId, role, joinedAt, readSeq }: MemberRecord & { readonly role: Role },
  users: ReadonlyMap<string, UserRecord>,
): Member => ({
  ...toUser(userIn(users, userId)),
  role,
  joinedAt: iso(joinedAt),
  readSeq,
});
