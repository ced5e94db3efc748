import { addMembers } from "../chat/operations/change-group.ts";
import { decodeAddMembersRequest } from "../protocol/group-requests.ts";
import { conversationIdOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const addMembersRoute: Route<"POST /api/conversations/{conversationId}/members"> = async (
  chat,
  caller,
  request,
) => {
  const { userIds } = must(decodeAddMembersRequest(request.body));
  return okay(await addMembers(chat, caller, conversationIdOf(request), userIds));
};
