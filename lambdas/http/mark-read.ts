import { markRead } from "../chat/operations/mark-read.ts";
import { decodeReadRequest } from "../protocol/http-requests.ts";
import { conversationIdOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const markReadRoute: Route<"POST /api/conversations/{conversationId}/read"> = async (
  chat,
  caller,
  request,
) => okay(await markRead(chat, caller, conversationIdOf(request), must(decodeReadRequest(request.body)).seq));
