import { listConversations } from "../chat/operations/list-conversations.ts";
import { decodeListQuery } from "../protocol/http-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const listConversationsRoute: Route<"GET /api/conversations"> = async (chat, caller, request) =>
  okay(await listConversations(chat, caller, must(decodeListQuery(request.query))));
