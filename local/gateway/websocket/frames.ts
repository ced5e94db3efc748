import type { Connection } from "./connection-registry.ts";
import { messageEvent } from "./events.ts";
import { functionOf, runIntegration } from "./integration.ts";
import type { WebSocketParts } from "./websocket-parts.ts";

/**
 * Sends a text frame and counts it as activity: route responses, error frames and pushes alike. False where
 * the socket takes none any more.
 */
export function deliver(connection: Connection, text: string): boolean {
  const sent = connection.send(text);
  if (sent) connection.lastActiveAt = Date.now();
  return sent;
}

/** Routes one frame and answers it where the service would. */
export async function dispatchFrame(
  connection: Connection,
  body: string,
  parts: WebSocketParts,
): Promise<void> {
  const { facts } = connection;
  const api = parts.apis().get(facts.stage);
  if (api?.model.apiId !== facts.apiId) return;
  const started = performance.now();
  const route = api.routeFor(body);
  const { event, requestId, context } = messageEvent(facts, route?.model.routeKey ?? "$default", body);
  const log = (status: number): void => {
    const ms = performance.now() - started;
    const name = route?.model.routeKey ?? "no route";
    parts.log({ type: "request", api: "websocket", route: name, ...functionOf(route), status, ms });
  };
  if (route === null) {
    deliver(connection, errorFrame("Forbidden", facts.id, requestId));
    log(403);
    return;
  }
  if (!route.accepts(body)) {
    deliver(connection, badBodyFrame(facts.id, context.get("messageId") ?? ""));
    log(400);
    return;
  }
  const outcome = await runIntegration(route, { event, body, context }, parts);
  if (outcome.type !== "answered") {
    deliver(connection, errorFrame("Internal server error", facts.id, requestId));
    log(outcome.type === "timeout" ? 504 : 502);
    return;
  }
  if (route.model.hasRouteResponse && outcome.body !== null) deliver(connection, outcome.body);
  log(outcome.statusCode);
}

/** The service's own frame, with its spacing as captured. */
function errorFrame(message: string, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

/** BAD_REQUEST_BODY, spaced as in the service's documentation. */
function badBodyFrame(connectionId: string, messageId: string): string {
  return `{"message" : "Bad request body", "connectionId": "${connectionId}", "messageId": "${messageId}"}`;
}
