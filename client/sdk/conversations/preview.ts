import { PREVIEW_CODE_POINTS } from "../../../lambdas/protocol/limits.ts";
import type { Message, Preview } from "../../../lambdas/protocol/objects.ts";

/** A message as lists and replies show it. */
export function previewOf(message: Message): Preview {
  const points = [...message.content];
  return {
    ...message,
    content: points.slice(0, PREVIEW_CODE_POINTS).join(""),
    truncated: points.length > PREVIEW_CODE_POINTS,
  };
}

/** What a message that answers this one shows of it: nothing once it is deleted. */
export const quoted = (message: Message): Preview | null =>
  message.deletedAt === null ? { ...previewOf(message), replyTo: null, readAt: null } : null;
