import { createGroup } from "../chat/operations/create-group.ts";
import { decodeNewGroupRequest } from "../protocol/group-requests.ts";
import { must } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const createGroupRoute: Route<"POST /api/conversations"> = async (chat, caller, request) => {
  const { conversation, isNew } = await createGroup(chat, caller, must(decodeNewGroupRequest(request.body)));
  return { status: isNew ? 201 : 200, body: { conversation } };
};
