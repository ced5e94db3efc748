import { listConversations } from "../chat/operations/list-conversations.ts";
import { decodeListQuery } from "../protocol/http-requests.ts";
import { must, okay } from "./route.ts";
import type { Route } from "./route.ts";

export const listConversationsRoute: Route<"GET /api/conversations"> = async (chat, caller, request) =>
  okay(await listConversations(chat, caller, must(decodeListQuery(request.query))));
