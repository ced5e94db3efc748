import { SYSTEM_USER, SYSTEM_USER_ID } from "../../protocol/system-user.ts";
import type { UserRecord } from "./records.ts";

/** Whether this is the id of the system's own messages, which is no user's. */
export const isSystemUser = (userId: string): boolean => userId === SYSTEM_USER_ID;

/** Those of them, each once, of whom there is a record. */
export const recordedAmong = (userIds: readonly string[]): readonly string[] =>
  [...new Set(userIds)].filter((id) => !isSystemUser(id));

/** What the record of the system would say. */
export const SYSTEM_CLAIMS: UserRecord["claims"] = {
  handle: SYSTEM_USER.name,
  fullName: SYSTEM_USER.displayName,
};
