import type { Conversation, User } from "@parley/client";

/** How a conversation looks in a list: as the other one, or as the group says of itself. */
export const faceOf = ({ id, otherParticipant, title, avatarUrl }: Conversation): User =>
  otherParticipant ?? { id, name: title ?? "", displayName: title ?? "", avatarUrl };
