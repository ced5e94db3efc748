import { searchUsers } from "../chat/operations/search-users.ts";
import { decodeSearchQuery } from "../protocol/http-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const searchUsersRoute: Route<"GET /api/users/search"> = async (chat, caller, request) =>
  okay(await searchUsers(chat, caller, must(decodeSearchQuery(request.query)).handle));
