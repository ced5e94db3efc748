import { listReactions } from "../chat/operations/list-reactions.ts";
import { decodeReactionsQuery } from "../protocol/http-requests.ts";
import { messageOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const listReactionsRoute: Route<
  "GET /api/conversations/{conversationId}/messages/{seq}/reactions"
> = async (chat, caller, request) =>
  okay(await listReactions(chat, caller, messageOf(request), must(decodeReactionsQuery(request.query))));
