import { DELETED_USER_PREFIX, SYSTEM_USER, SYSTEM_USER_ID } from "../../protocol/system-user.ts";
import type { UserRecord } from "./records.ts";

/** Whether this is the id of the system's own messages, which is no user's. */
export const isSystemUser = (userId: string): boolean => userId === SYSTEM_USER_ID;

/** Whether this id stands in the place of a user who was erased. */
export const isDeletedUser = (userId: string): boolean => userId.startsWith(DELETED_USER_PREFIX);

/** Those of them, each once, of whom there is a record. */
export const recordedAmong = (userIds: readonly string[]): readonly string[] =>
  [...new Set(userIds)].filter((id) => !claimsWithout(id));

/** What the record would say of an id of which there is none; undefined: there may be one. */
export const claimsWithout = (userId: string): UserRecord["claims"] | undefined => {
  if (isSystemUser(userId)) return { handle: SYSTEM_USER.name, fullName: SYSTEM_USER.displayName };
  return isDeletedUser(userId) ? { handle: "deleted", fullName: "Deleted user" } : undefined;
};
