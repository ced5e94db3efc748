import { deleteMessage } from "../chat/operations/change-message.ts";
import { messageOf, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const deleteMessageRoute: Route<"DELETE /api/conversations/{conversationId}/messages/{seq}"> = async (
  chat,
  caller,
  request,
) => okay(await deleteMessage(chat, caller, messageOf(request)));
