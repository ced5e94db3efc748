import type { Conversation } from "@parley/client";

/** What it is called: a group by its title, one of two by the other's name. */
export const nameOfConversation = ({ title, otherParticipant }: Conversation): string =>
  title ?? otherParticipant?.displayName ?? "";

/** Whether the server has told of it yet. */
export const isKnown = ({ otherParticipant }: Conversation): boolean => otherParticipant?.id !== "";
