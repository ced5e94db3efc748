import type { Chat } from "../chat/chat.ts";
import { removeConnections } from "../chat/steps/remove-connections.ts";
import type { WebSocketEvent, WebSocketResponse } from "../runtime/websocket-events.ts";
import { callerOf } from "./caller.ts";

/** `$disconnect`, best effort by the service: what it forgets, pushes and the sweep find. */
export async function disconnectRoute(chat: Chat, event: WebSocketEvent): Promise<WebSocketResponse> {
  const { userId, connectionId } = callerOf(event);
  await removeConnections(chat, userId, [{ id: connectionId, lease: null }]);
  return { statusCode: 200 };
}
