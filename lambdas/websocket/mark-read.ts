import { markRead } from "../chat/operations/mark-read.ts";
import type { Route } from "./route.ts";

export const markReadRoute: Route<"mark_read"> = (chat, caller, frame) =>
  markRead(chat, caller, frame.conversationId, frame.seq);
