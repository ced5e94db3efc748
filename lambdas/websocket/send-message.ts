import { sendMessage } from "../chat/operations/send-message.ts";
import type { Route } from "./route.ts";

export const sendMessageRoute: Route<"send_message"> = (chat, caller, frame) =>
  sendMessage(chat, caller, frame);
