import type { UserAnswer } from "../../../lambdas/protocol/http-answers.ts";
import type { ChatError } from "../chat-error.ts";
import type { ConversationHandle } from "../conversations/conversation-handle.ts";
import { pause } from "../environment.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

/** How long a conversation that was just begun is waited for. */
const DETAILS_MS = 3_000;

/** The one conversation with this user, begun if there is none. @throws ChatError */
export async function direct(parts: OnDemandParts, userId: string): Promise<ConversationHandle> {
  const { http, list } = parts;
  const body = { otherUserId: userId };
  const { conversationId } = await http.call("POST /api/conversations/find-or-create", { body });
  // With its details, if they come at once.
  if (!list.find(conversationId)) await Promise.race([list.refresh(), pause(DETAILS_MS)]);
  return parts.conversation(conversationId);
}

/** null: there is nobody with this id. @throws ChatError */
export async function findUser({ http, people }: OnDemandParts, userId: string): Promise<UserAnswer | null> {
  try {
    const user = await http.call("GET /api/users", { query: { userId } });
    people.saw(user);
    return user;
  } catch (cause) {
    if ((cause as ChatError).code === "NOT_FOUND") return null;
    throw cause;
  }
}
