import type { Caller, Chat } from "../chat/chat.ts";
import { pinMessage } from "../chat/operations/change-message.ts";
import { messageOf, okay } from "../runtime/http-route.ts";
import type { HttpRequest, Route } from "../runtime/http-route.ts";

const pin = (on: boolean) => async (chat: Chat, caller: Caller, request: HttpRequest) =>
  okay(await pinMessage(chat, caller, { ...messageOf(request), on }));

export const putPinRoute: Route<"PUT /api/conversations/{conversationId}/messages/{seq}/pin"> = pin(true);
export const deletePinRoute: Route<"DELETE /api/conversations/{conversationId}/messages/{seq}/pin"> =
  pin(false);
