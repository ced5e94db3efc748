import { removeMember } from "../chat/operations/change-group.ts";
import { decodeUserQuery } from "../protocol/http-requests.ts";
import { conversationIdOf, must } from "./route.ts";
import type { Route } from "./route.ts";

export const removeMemberRoute: Route<"DELETE /api/conversations/{conversationId}/members"> = async (
  chat,
  caller,
  request,
) => {
  const { userId } = must(decodeUserQuery(request.query));
  await removeMember(chat, caller, conversationIdOf(request), userId);
  return { status: 204, body: null };
};
