import type { Caller, Chat } from "../chat/chat.ts";
import { reactToMessage } from "../chat/operations/change-message.ts";
import { decodeReactionQuery } from "../protocol/http-requests.ts";
import { messageOf, must, okay } from "../runtime/http-route.ts";
import type { HttpRequest, Route } from "../runtime/http-route.ts";

const reaction = (on: boolean) => async (chat: Chat, caller: Caller, request: HttpRequest) => {
  const { emoji } = must(decodeReactionQuery(request.query));
  return okay(await reactToMessage(chat, caller, { ...messageOf(request), emoji, on }));
};

export const putReactionRoute: Route<"PUT /api/conversations/{conversationId}/messages/{seq}/reactions"> =
  reaction(true);
export const deleteReactionRoute: Route<"DELETE /api/conversations/{conversationId}/messages/{seq}/reactions"> =
  reaction(false);
