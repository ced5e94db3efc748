import { reactToMessage } from "../chat/operations/change-message.ts";
import type { Route } from "./route.ts";

export const reactRoute: Route<"react"> = (chat, caller, frame) => reactToMessage(chat, caller, frame);
