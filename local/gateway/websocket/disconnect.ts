import type { CloseReason, ConnectionFacts } from "./connection-registry.ts";
import { disconnectEvent } from "./events.ts";
import { functionOf, runIntegration } from "./integration.ts";
import type { WebSocketParts } from "./websocket-parts.ts";

/**
 * Delivers `$disconnect`: the one place where it happens. Its outcome changes nothing, the connection is
 * gone; the service does not retry (docs: best effort).
 */
export async function dispatchDisconnect(
  facts: ConnectionFacts,
  closed: CloseReason,
  parts: Pick<WebSocketParts, "apis" | "invoker" | "log" | "faults">,
): Promise<void> {
  const api = parts.apis().get(facts.stage);
  if (api?.model.apiId !== facts.apiId || api.disconnect === undefined) return;
  if (parts.faults.losesDisconnect()) return;
  const started = performance.now();
  const event = disconnectEvent(facts, closed);
  const outcome = await runIntegration(api.disconnect, { event, body: "", context: new Map() }, parts);
  parts.log({
    type: "request",
    api: "websocket",
    route: "$disconnect",
    ...functionOf(api.disconnect),
    status: outcome.type === "answered" ? outcome.statusCode : outcome.type === "timeout" ? 504 : 502,
    ms: performance.now() - started,
  });
}
