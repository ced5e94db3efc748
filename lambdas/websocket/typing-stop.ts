import { signalTyping } from "../chat/operations/signal-typing.ts";
import type { Route } from "./route.ts";

export const typingStopRoute: Route<"typing_stop"> = (chat, caller, frame) =>
  signalTyping(chat, caller, frame.conversationId, "user_stopped_typing");
