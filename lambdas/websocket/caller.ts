import type { ConnectedCaller } from "../chat/chat.ts";
import type { PartialTrace } from "../runtime/trace.ts";
import type { WebSocketEvent } from "../runtime/websocket-events.ts";

/** The sender is who the authorizer said at `$connect`; nothing a frame carries has a say. */
export function callerOf({ requestContext }: WebSocketEvent): ConnectedCaller {
  const userId = requestContext.authorizer?.principalId;
  if (!userId) throw new Error("The event bears no authorizer: is the authorizer attached to $connect?");
  return { userId, connectionId: requestContext.connectionId };
}

/** When the token the connection was opened with expires, in milliseconds since the epoch. */
export function tokenExpiresAt({ requestContext }: WebSocketEvent): number {
  const seconds = Number(requestContext.authorizer?.tokenExpiresAt);
  if (!Number.isFinite(seconds)) throw new Error("The event bears no token expiry.");
  return seconds * 1000;
}

/** When that token was issued, in seconds since the epoch; null where it did not say. */
export function tokenIssuedAt({ requestContext }: WebSocketEvent): number | null {
  const seconds = Number(requestContext.authorizer?.tokenIssuedAt);
  return Number.isFinite(seconds) ? seconds : null;
}

/** The ids a line of the log bears. */
export const traceOf = ({ requestContext }: WebSocketEvent): PartialTrace => ({
  gatewayRequestId: requestContext.requestId,
  connectionId: requestContext.connectionId,
  userId: requestContext.authorizer?.principalId,
});
