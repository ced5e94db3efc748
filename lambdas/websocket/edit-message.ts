import { editMessage } from "../chat/operations/change-message.ts";
import type { Route } from "./route.ts";

export const editMessageRoute: Route<"edit_message"> = (chat, caller, frame) =>
  editMessage(chat, caller, frame);
