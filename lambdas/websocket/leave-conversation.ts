import { leaveConversation } from "../chat/operations/leave-conversation.ts";
import type { Route } from "./route.ts";

export const leaveConversationRoute: Route<"leave_conversation"> = (chat, caller, frame) =>
  leaveConversation(chat, caller, frame.conversationId);
