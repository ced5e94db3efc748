import { listHistory } from "../chat/operations/list-history.ts";
import { decodeHistoryQuery } from "../protocol/http-requests.ts";
import { conversationIdOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const listMessagesRoute: Route<"GET /api/conversations/{conversationId}/messages"> = async (
  chat,
  caller,
  request,
) =>
  okay(await listHistory(chat, caller, conversationIdOf(request), must(decodeHistoryQuery(request.query))));
