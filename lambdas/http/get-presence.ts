import { getPresence } from "../chat/operations/get-presence.ts";
import { decodePresenceQuery } from "../protocol/http-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const getPresenceRoute: Route<"GET /api/presence"> = async (chat, caller, request) =>
  okay(await getPresence(chat, caller, must(decodePresenceQuery(request.rawQuery)).userIds));
