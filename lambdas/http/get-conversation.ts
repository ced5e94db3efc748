import { getConversation } from "../chat/operations/get-conversation.ts";
import { conversationIdOf, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const getConversationRoute: Route<"GET /api/conversations/{conversationId}"> = async (
  chat,
  caller,
  request,
) => okay(await getConversation(chat, caller, conversationIdOf(request)));
