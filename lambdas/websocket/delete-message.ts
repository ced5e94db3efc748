import { deleteMessage } from "../chat/operations/change-message.ts";
import type { Route } from "./route.ts";

export const deleteMessageRoute: Route<"delete_message"> = (chat, caller, frame) =>
  deleteMessage(chat, caller, frame);
