import { editMessage } from "../chat/operations/change-message.ts";
import { decodeEditRequest } from "../protocol/http-requests.ts";
import { messageOf, must, okay } from "./route.ts";
import type { Route } from "./route.ts";

export const editMessageRoute: Route<"PATCH /api/conversations/{conversationId}/messages/{seq}"> = async (
  chat,
  caller,
  request,
) =>
  okay(await editMessage(chat, caller, { ...messageOf(request), ...must(decodeEditRequest(request.body)) }));
