/** What the gateway tells its owner. One `request` line a request, frame or push; nothing of their contents. */
export type GatewayLogLine =
  | {
      readonly type: "request";
      readonly api: "http" | "websocket" | "management" | "local";
      /** `GET /api/users`, `$connect`, `send_message`, `POST @connections`. */
      readonly route: string;
      /** Logical id of the function that served it, if one did. */
      readonly functionId?: string;
      readonly status: number;
      /** Milliseconds. */
      readonly ms: number;
    }
  /** Something the developer should know: a malformed answer, an authorizer's mistake. */
  | { readonly type: "warning"; readonly message: string };

export type GatewayLog = (line: GatewayLogLine) => void;
