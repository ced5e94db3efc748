import { belongs, successorOf } from "./membership.ts";
import { pictureUrl } from "./profile-text.ts";
import type { GroupDetails, GroupEvent, GroupFacts, MemberRecord, Role } from "./records.ts";
import { Refusal } from "./refusal.ts";

/** Who may change what of a group, as of the slot that tells of it. Null: it is as asked already. */

type Actor = { readonly userId: string; readonly role: Role };
type Standing = MemberRecord | null | undefined;

/** @throws Refusal `FORBIDDEN` for who is neither owner nor admin */
export function mayManage({ role }: Actor): void {
  if (role === "member") throw new Refusal("FORBIDDEN", "Only its owner and admins may do this in a group.");
}

/** @throws Refusal `FORBIDDEN`; `CONFLICT` where the group would have more than `maxMembers` */
export function judgeAdd(
  actor: Actor,
  { memberCount }: Pick<GroupFacts, "memberCount">,
  newcomers: readonly string[],
  maxMembers: number,
): GroupEvent | null {
  mayManage(actor);
  if (newcomers.length === 0) return null;
  if (memberCount + newcomers.length > maxMembers) {
    throw new Refusal("CONFLICT", `A group has at most ${maxMembers} members, and this one ${memberCount}.`);
  }
  return { event: "members_added", userIds: newcomers };
}

/**
 * `target` is null for one who never belonged to the group; one who has gone already is gone.
 *
 * @throws Refusal `FORBIDDEN` for who is not above them; `NOT_FOUND` for one who never belonged to it
 */
export function judgeRemoval(actor: Actor, userId: string, target: Standing): GroupEvent | null {
  mayManage(actor);
  if (!target) throw noSuchMember();
  if (!belongs(target)) return null;
  if (actor.role === "admin" && target.role !== "member") {
    throw new Refusal("FORBIDDEN", "An admin may remove members only: the owner and other admins stay.");
  }
  return { event: "member_removed", userIds: [userId] };
}

/** `members`: all of them, where it is the owner who leaves. */
export const judgeLeave = ({ userId, role }: Actor, members: readonly MemberRecord[]): GroupEvent => ({
  event: "member_left",
  userIds: [userId],
  successor: role === "owner" ? successorOf(members, userId) : null,
});

/** @throws Refusal `FORBIDDEN` for who is not the owner; `NOT_FOUND`; `CONFLICT` for the owner's own role */
export function judgeRole(actor: Actor, userId: string, target: Standing, role: Role): GroupEvent | null {
  if (actor.role !== "owner") throw new Refusal("FORBIDDEN", "Only the owner of a group gives roles.");
  if (!belongs(target)) throw noSuchMember();
  if (target.role === role) return null;
  if (userId === actor.userId) {
    throw new Refusal("CONFLICT", "A group has an owner: make somebody else its owner first.");
  }
  return { event: "role_changed", userIds: [userId], role };
}

/** @throws Refusal `FORBIDDEN` */
export function judgeDetails(
  actor: Actor,
  { title, avatarUrl, metadata }: GroupDetails,
  changes: Partial<GroupDetails>,
): GroupEvent | null {
  mayManage(actor);
  const before = { title, avatarUrl, metadata };
  const after = { ...before, ...changes };
  if (JSON.stringify(after) === JSON.stringify(before)) return null;
  return { event: "details_changed", ...changes };
}

const noSuchMember = (): Refusal => new Refusal("NOT_FOUND", "There is no such member in this group.");

/** @throws Refusal `INVALID_REQUEST` for what is no address of a picture */
export function groupPicture(text: string | null, schemes: readonly string[]): string | null {
  const url = text === null ? null : pictureUrl(text, schemes);
  if (text !== null && url === null) {
    const allowed = schemes.join(" or ");
    throw new Refusal(
      "INVALID_REQUEST",
      `avatarUrl must be an ${allowed} address of at most 2048 characters.`,
    );
  }
  return url;
}
