import { listPins } from "../chat/operations/list-pins.ts";
import { conversationIdOf, okay } from "../runtime/http-route.ts";
import type { Route } from "../runtime/http-route.ts";

export const listPinsRoute: Route<"GET /api/conversations/{conversationId}/pins"> = async (
  chat,
  caller,
  request,
) => okay(await listPins(chat, caller, conversationIdOf(request)));
