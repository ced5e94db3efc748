/** The parts of API Gateway's WebSocket events that are read here. */
export interface WebSocketEvent extends ConnectHeaders {
  readonly body?: string;
  readonly requestContext: {
    readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    readonly connectionId: string;
    /** The gateway's, another for each frame. */
    readonly requestId?: string;
    /** What the authorizer gave at `$connect`, kept by the gateway and sent along with every frame. */
    readonly authorizer?: {
      readonly principalId?: string;
      readonly tokenExpiresAt?: string;
      readonly tokenIssuedAt?: string;
    };
  };
}

/** What the gateway makes of a return value: the status on `$connect`, the body for a frame. */
export interface WebSocketResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The headers of a `$connect` event, whose names keep the case the client wrote. */
export interface ConnectHeaders {
  readonly headers?: Readonly<Record<string, string>>;
  /** Every line of a header that came more than once; `headers` has the last alone. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
}

/** A header's lines, in the order they came. */
function linesOf({ headers, multiValueHeaders }: ConnectHeaders, name: string): readonly string[] {
  const called = ([key]: readonly [string, unknown]): boolean => key.toLowerCase() === name;
  const lines = Object.entries(multiValueHeaders ?? {})
    .filter(called)
    .flatMap(([, values]) => values);
  return lines.length > 0
    ? lines
    : Object.entries(headers ?? {})
        .filter(called)
        .map(([, value]) => value);
}

/** A header that counts once: of several lines the last. */
export const headerOf = (event: ConnectHeaders, name: string): string | null =>
  linesOf(event, name).at(-1) ?? null;

/** What a header lists with commas between, on one line or several; `name` in lower case. */
export const listedIn = (event: ConnectHeaders, name: string): readonly string[] =>
  linesOf(event, name).flatMap((line) => line.split(",").map((one) => one.trim()));

/** What the client offers as subprotocols: its token may be among it. */
export const offeredSubprotocols = (event: ConnectHeaders): readonly string[] =>
  listedIn(event, "sec-websocket-protocol");
