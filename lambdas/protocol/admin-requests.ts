import { clientMessageId, MESSAGE_TO_SEND, userId } from "./chat-fields.ts";
import { content } from "./content.ts";
import { bad, nullable, object, ok, oneOf, optional, text } from "./fields.ts";
import type { Decoded, ValueOf } from "./fields.ts";
import { decodeUserQuery, inBody } from "./http-requests.ts";
import type { Query } from "./http-requests.ts";

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

const eraseRequest = object({ userId, messages: oneOf("keep", "delete") });
/** Somebody to be erased: their messages stay under a name that is nobody's, or lose what they say. */
export type EraseRequest = ValueOf<typeof eraseRequest>;

export const decodeEraseRequest = inBody(eraseRequest);

/** A page of what is held about one user; `cursor` null: the first. */
export interface ExportRequest {
  readonly userId: string;
  readonly cursor: string | null;
}

export function decodeExportQuery(query: Query): Decoded<ExportRequest> {
  const user = decodeUserQuery(query);
  return user.ok ? ok({ ...user.value, cursor: query["cursor"] || null }) : bad(user.message);
}
