import { changeSettings } from "../chat/operations/change-settings.ts";
import { decodeSettingsRequest } from "../protocol/http-requests.ts";
import { conversationIdOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const changeSettingsRoute: Route<"PATCH /api/conversations/{conversationId}/settings"> = async (
  chat,
  caller,
  request,
) => {
  const wanted = must(decodeSettingsRequest(request.body));
  return okay(await changeSettings(chat, caller, conversationIdOf(request), wanted));
};
