import { removeMember } from "../chat/operations/change-group.ts";
import { decodeUserQuery } from "../protocol/http-requests.ts";
import { conversationIdOf, must } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const removeMemberRoute: Route<"DELETE /api/conversations/{conversationId}/members"> = async (
  chat,
  caller,
  request,
) => {
  const { userId } = must(decodeUserQuery(request.query));
  await removeMember(chat, caller, conversationIdOf(request), userId);
  return { status: 204, body: null };
};
