import { listMembers } from "../chat/operations/list-members.ts";
import { decodeMembersQuery } from "../protocol/group-requests.ts";
import { conversationIdOf, must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const listMembersRoute: Route<"GET /api/conversations/{conversationId}/members"> = async (
  chat,
  caller,
  request,
) =>
  okay(await listMembers(chat, caller, conversationIdOf(request), must(decodeMembersQuery(request.query))));
