import { findOrCreateConversation } from "../chat/operations/find-or-create-conversation.ts";
import { decodeFindOrCreateRequest } from "../protocol/http-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const findOrCreateConversationRoute: Route<"POST /api/conversations/find-or-create"> = async (
  chat,
  caller,
  request,
) =>
  okay(
    await findOrCreateConversation(chat, caller, must(decodeFindOrCreateRequest(request.body)).otherUserId),
  );
