/** The parts of API Gateway's WebSocket events that are read here. */
export interface WebSocketEvent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly requestContext: {
    readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    readonly connectionId: string;
    /** What the authorizer gave at `$connect`, kept by the gateway and sent along with every frame. */
    readonly authorizer?: { readonly principalId?: string; readonly tokenExpiresAt?: string };
  };
}

/** What the gateway makes of a return value: the status on `$connect`, the body for a frame. */
export interface WebSocketResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A header of a `$connect` event, whose names keep the case the client wrote. */
export function headerOf(headers: Readonly<Record<string, string>> | undefined, name: string): string | null {
  const found = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found ? found[1] : null;
}

/** What the client offers in `Sec-WebSocket-Protocol`: its token may be among it. */
export const offeredSubprotocols = (
  headers: Readonly<Record<string, string>> | undefined,
): readonly string[] =>
  (headerOf(headers, "sec-websocket-protocol") ?? "").split(",").map((protocol) => protocol.trim());
