import type { Chat } from "../chat/chat.ts";
import { openConnection } from "../chat/operations/open-connection.ts";
import type { TaskQueue } from "../chat/ports.ts";
import { HTTP_STATUS } from "../protocol/codes.ts";
import { SUBPROTOCOL } from "../protocol/routes.ts";
import { offeredSubprotocols } from "../runtime/websocket-events.ts";
import type { WebSocketEvent, WebSocketResponse } from "../runtime/websocket-events.ts";
import { callerOf, tokenExpiresAt, tokenIssuedAt } from "./caller.ts";

/** `$connect`: registers the connection. The subprotocol is selected only by saying so here. */
export async function connectRoute(
  chat: Chat,
  queue: TaskQueue,
  event: WebSocketEvent,
): Promise<WebSocketResponse> {
  const { userId, connectionId } = callerOf(event);
  const isOpen = await openConnection(chat, queue, {
    userId,
    connectionId,
    tokenExpiresAt: tokenExpiresAt(event),
    tokenIssuedAt: tokenIssuedAt(event),
  });
  if (!isOpen) return { statusCode: HTTP_STATUS.UNAUTHORIZED };
  return offeredSubprotocols(event).includes(SUBPROTOCOL)
    ? { statusCode: 200, headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL } }
    : { statusCode: 200 };
}
