import { removeMessage } from "../chat/operations/change-message.ts";
import { messageOf, okay } from "./route.ts";
import type { RouteForAdmins } from "./route.ts";

export const removeMessageRoute: RouteForAdmins<
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}"
> = async ({ chat }, admin, request) => okay(await removeMessage(chat, admin, messageOf(request)));
