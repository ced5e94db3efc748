import { joinConversation } from "../chat/operations/join-conversation.ts";
import type { Route } from "./route.ts";

export const joinConversationRoute: Route<"join_conversation"> = (chat, caller, frame) =>
  joinConversation(chat, caller, frame.conversationId);
