import { sendMessage } from "../chat/operations/send-message.ts";
import { decodeSendRequest } from "../protocol/http-requests.ts";
import { conversationIdOf, must } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const sendMessageRoute: Route<"POST /api/conversations/{conversationId}/messages"> = async (
  chat,
  caller,
  request,
) => {
  const conversationId = conversationIdOf(request);
  const sent = await sendMessage(chat, caller, { conversationId, ...must(decodeSendRequest(request.body)) });
  return { status: sent.duplicate ? 200 : 201, body: sent };
};
