import { changeRole } from "../chat/operations/change-group.ts";
import { decodeRoleRequest } from "../protocol/group-requests.ts";
import { conversationIdOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const changeRoleRoute: Route<"PUT /api/conversations/{conversationId}/members/role"> = async (
  chat,
  caller,
  request,
) => okay(await changeRole(chat, caller, conversationIdOf(request), must(decodeRoleRequest(request.body))));
