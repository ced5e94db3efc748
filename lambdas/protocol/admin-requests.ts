import { clientMessageId, MESSAGE_TO_SEND, userId } from "./chat-fields.ts";
import { content } from "./content.ts";
import { nullable, object, optional, text } from "./fields.ts";
import type { ValueOf } from "./fields.ts";
import { inBody } from "./http-requests.ts";

/** What admin routes take. */

const userRequest = object({
  userId,
  name: optional(text, undefined),
  displayName: optional(text, undefined),
  avatarUrl: optional(nullable(text), undefined),
});
/** Somebody to be made known; what is left out stays as it is. */
export type UserRequest = ValueOf<typeof userRequest>;

export const decodeUserRequest = inBody(userRequest);
export const decodeSignOutRequest = inBody(object({ userId }));

const adminSendRequest = object({
  content,
  senderId: optional(userId, null),
  clientMessageId,
  metadata: MESSAGE_TO_SEND.metadata,
});
/** A message in the name of a participant, or of nobody: the system's own. */
export type AdminSendRequest = ValueOf<typeof adminSendRequest>;

export const decodeAdminSendRequest = inBody(adminSendRequest);
