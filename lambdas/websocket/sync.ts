import { syncMessages } from "../chat/operations/sync-messages.ts";
import type { Route } from "./route.ts";

export const syncRoute: Route<"sync"> = (chat, caller, frame) => syncMessages(chat, caller, frame);
