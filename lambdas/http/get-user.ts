import { getUser } from "../chat/operations/get-user.ts";
import { decodeUserQuery } from "../protocol/http-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const getUserRoute: Route<"GET /api/users"> = async (chat, caller, request) =>
  okay(await getUser(chat, caller, must(decodeUserQuery(request.query)).userId));
