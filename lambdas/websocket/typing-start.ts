import { signalTyping } from "../chat/operations/signal-typing.ts";
import type { Route } from "./route.ts";

export const typingStartRoute: Route<"typing_start"> = (chat, caller, frame) =>
  signalTyping(chat, caller, frame.conversationId, "user_typing");
