import type { Chat } from "../chat/chat.ts";
import { closeConnection } from "../chat/operations/close-connection.ts";
import type { WebSocketEvent, WebSocketResponse } from "../runtime/websocket-events.ts";
import { callerOf } from "./caller.ts";

/** `$disconnect`, best effort by the service: what it forgets, pushes and the sweep find. */
export async function disconnectRoute(chat: Chat, event: WebSocketEvent): Promise<WebSocketResponse> {
  await closeConnection(chat, callerOf(event));
  return { statusCode: 200 };
}
