import { removeMessage } from "../chat/operations/change-message.ts";
import { messageOf, okay } from "../runtime/http-route.ts";
import type { AdminsRoute } from "./route.ts";

export const removeMessageRoute: AdminsRoute<
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}"
> = async ({ chat }, admin, request) => okay(await removeMessage(chat, admin, messageOf(request)));
