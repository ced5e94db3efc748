import type { CompiledRoute } from "./compiled-api.ts";
import type { WebSocketParts } from "./websocket-parts.ts";

/** What an integration's run comes to, whether a function or a mock. */
export type IntegrationOutcome =
  | {
      readonly type: "answered";
      readonly statusCode: number;
      /** What `Sec-WebSocket-Protocol` says, in any case; only `$connect` asks. */
      readonly subprotocol: string | null;
      readonly body: string | null;
    }
  /** The handler threw, or its answer is no proxy response. */
  | { readonly type: "failed" }
  | { readonly type: "timeout" };

export interface IntegrationInput {
  readonly event: unknown;
  /** For mapping templates: the frame, empty for lifecycle events, and `$context`. */
  readonly body: string;
  readonly context: ReadonlyMap<string, string>;
}

export async function runIntegration(
  route: CompiledRoute,
  input: IntegrationInput,
  parts: Pick<WebSocketParts, "invoker" | "log">,
): Promise<IntegrationOutcome> {
  const { integration, model } = route;
  if (integration.type === "mock") {
    const answer = integration.run(input);
    if (answer.type === "answered") return { ...answer, subprotocol: null };
    warn(parts, `The mock integration of ${model.routeKey} fails: ${answer.problem}.`);
    return { type: "failed" };
  }
  const { functionId, timeoutMs } = integration;
  const result = await parts.invoker.invoke(functionId, input.event, { cause: model.routeKey, timeoutMs });
  switch (result.type) {
    case "timeout":
      return { type: "timeout" };
    case "error":
      return { type: "failed" };
    case "ok": {
      const answer = readProxyResponse(result.payload);
      if (answer === null) {
        warn(
          parts,
          `${functionId} answered ${model.routeKey} with a malformed response: it needs a statusCode.`,
        );
        return { type: "failed" };
      }
      return answer;
    }
  }
}

/** Logical id of the function behind a route, for log lines. */
export function functionOf(route: CompiledRoute | null | undefined): { functionId?: string } {
  return route?.integration.type === "function" ? { functionId: route.integration.functionId } : {};
}

function readProxyResponse(payload: unknown): IntegrationOutcome | null {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  const { statusCode, body, headers, multiValueHeaders, isBase64Encoded } = payload as Record<
    string,
    unknown
  >;
  const status =
    typeof statusCode === "string" && /^\d{3}$/.test(statusCode) ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 599) return null;
  if (body !== undefined && body !== null && typeof body !== "string") return null;
  const text = isBase64Encoded === true ? Buffer.from(body ?? "", "base64").toString("utf8") : (body ?? "");
  return {
    type: "answered",
    statusCode: status,
    subprotocol: findSubprotocol(headers) ?? findSubprotocol(multiValueHeaders),
    body: text === "" ? null : text,
  };
}

function findSubprotocol(headers: unknown): string | null {
  if (typeof headers !== "object" || headers === null) return null;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== "sec-websocket-protocol") continue;
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string") return first;
  }
  return null;
}

function warn(parts: Pick<WebSocketParts, "log">, message: string): void {
  parts.log({ type: "warning", message });
}
