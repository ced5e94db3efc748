import { changeRole } from "../chat/operations/change-group.ts";
import { decodeRoleRequest } from "../protocol/group-requests.ts";
import { conversationIdOf, must, okay } from "./route.ts";
import type { Route } from "./route.ts";

export const changeRoleRoute: Route<"PUT /api/conversations/{conversationId}/members/role"> = async (
  chat,
  caller,
  request,
) => okay(await changeRole(chat, caller, conversationIdOf(request), must(decodeRoleRequest(request.body))));
