import { changeDetails } from "../chat/operations/change-group.ts";
import { decodeDetailsRequest } from "../protocol/group-requests.ts";
import { conversationIdOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const changeDetailsRoute: Route<"PATCH /api/conversations/{conversationId}"> = async (
  chat,
  caller,
  request,
) =>
  okay(
    await changeDetails(chat, caller, conversationIdOf(request), must(decodeDetailsRequest(request.body))),
  );
