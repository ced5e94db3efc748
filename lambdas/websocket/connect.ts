import type { Chat } from "../chat/chat.ts";
import { openConnection } from "../chat/operations/open-connection.ts";
import type { TaskQueue } from "../chat/ports.ts";
import { HTTP_STATUS } from "../protocol/codes.ts";
import { BATCH_FEATURE, BATCH_SUBPROTOCOL, FEATURES_HEADER, SUBPROTOCOL } from "../protocol/routes.ts";
import { listedIn, offeredSubprotocols } from "../runtime/websocket-events.ts";
import type { WebSocketEvent, WebSocketResponse } from "../runtime/websocket-events.ts";
import { callerOf, tokenExpiresAt, tokenIssuedAt } from "./caller.ts";

/** `$connect`: registers the connection. The subprotocol is selected only by saying so here. */
export async function connectRoute(
  chat: Chat,
  queue: TaskQueue,
  event: WebSocketEvent,
): Promise<WebSocketResponse> {
  const { userId, connectionId } = callerOf(event);
  const offered = offeredSubprotocols(event);
  const selected = [BATCH_SUBPROTOCOL, SUBPROTOCOL].find((one) => offered.includes(one));
  const isOpen = await openConnection(chat, queue, {
    userId,
    connectionId,
    tokenExpiresAt: tokenExpiresAt(event),
    tokenIssuedAt: tokenIssuedAt(event),
    takesBatches: selected === BATCH_SUBPROTOCOL || asksForBatches(event),
  });
  if (!isOpen) return { statusCode: HTTP_STATUS.UNAUTHORIZED };
  return selected === undefined
    ? { statusCode: 200 }
    : { statusCode: 200, headers: { "Sec-WebSocket-Protocol": selected } };
}

const asksForBatches = (event: WebSocketEvent): boolean =>
  listedIn(event, FEATURES_HEADER).some((feature) => feature.toLowerCase() === BATCH_FEATURE);
