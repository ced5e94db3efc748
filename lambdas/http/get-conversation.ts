import { getConversation } from "../chat/operations/get-conversation.ts";
import { conversationIdOf, okay } from "./route.ts";
import type { Route } from "./route.ts";

export const getConversationRoute: Route<"GET /api/conversations/{conversationId}"> = async (
  chat,
  caller,
  request,
) => okay(await getConversation(chat, caller, conversationIdOf(request)));
