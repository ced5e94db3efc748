import { editMessage } from "../chat/operations/change-message.ts";
import { decodeEditRequest } from "../protocol/http-requests.ts";
import { messageOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const editMessageRoute: Route<"PATCH /api/conversations/{conversationId}/messages/{seq}"> = async (
  chat,
  caller,
  request,
) =>
  okay(await editMessage(chat, caller, { ...messageOf(request), ...must(decodeEditRequest(request.body)) }));
