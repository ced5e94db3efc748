import type { User } from "./objects.ts";

/** The id of `SYSTEM_USER`. */
export const SYSTEM_USER_ID = "parley:system";

/**
 * Whose the system's own messages are: what a deployment writes to its users in nobody's name. No token is of this
 * id, nobody can be made known by it, and it takes part in nothing: asked for, it is not there.
 */
export const SYSTEM_USER: User = {
  id: SYSTEM_USER_ID,
  name: "system",
  displayName: "System",
  avatarUrl: null,
};

/** How the ids begin that stand in the place of users who were erased: of each another one in each conversation. */
export const DELETED_USER_PREFIX = "parley:deleted:";
