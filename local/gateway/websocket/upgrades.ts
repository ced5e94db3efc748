import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type ServerOptions } from "ws";
import { BELIEFS } from "../beliefs.ts";
import { newId } from "../identifiers.ts";
import { readSource } from "../request-source.ts";
import { authorizeConnect } from "./authorize-connect.ts";
import type { CompiledWebSocketApi } from "./compiled-api.ts";
import type { ConnectionFacts } from "./connection-registry.ts";
import { connectEvent, readUpgradeRequest } from "./events.ts";
import { functionOf, runIntegration } from "./integration.ts";
import { openLiveSocket } from "./live-socket.ts";
import { createRateWindow } from "./rate-window.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import type { WebSocketParts } from "./websocket-parts.ts";

/** How long a client may take to answer a close frame before its socket is cut. */
const CLOSE_TIMEOUT_MS = 2000;

/** Turns upgrade requests into connections, past authorizer and `$connect`. */
export interface Upgrades {
  handle(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
}

type Connected =
  | { readonly type: "connected"; readonly facts: ConnectionFacts; readonly subprotocol: string | null }
  | { readonly type: "refused"; readonly status: number };

export function createUpgrades(parts: WebSocketParts, isClosing: () => boolean): Upgrades {
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: parts.limits.messageBytes,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  const server = new WebSocketServer(options);
  server.on("headers", (headers, req) => {
    const subprotocol = subprotocols.get(req);
    if (subprotocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  });
  const connects = createRateWindow();

  return {
    async handle(req, socket, head) {
      // Until `ws` takes over, a reset by the client has no other listener.
      socket.on("error", () => socket.destroy());
      const started = performance.now();
      const connectionId = newId();
      const api = isClosing() ? 503 : findApi(req, parts);
      if (typeof api === "number" || !connects.take(parts.limits.newConnectionsPerSecond)) {
        refuseUpgrade(socket, typeof api === "number" ? api : 429, { connectionId, requestId: newId() });
        return;
      }
      const outcome = await connect(req, api, connectionId, parts);
      parts.log({
        type: "request",
        api: "websocket",
        route: "$connect",
        ...functionOf(api.connect),
        status: outcome.type === "connected" ? 200 : outcome.status,
        ms: performance.now() - started,
      });
      if (outcome.type === "refused") {
        refuseUpgrade(socket, outcome.status, { connectionId, requestId: newId() });
        return;
      }
      const live = openLiveSocket(outcome.facts, parts);
      if (isClosing()) live.connection.close({ code: 1001, reason: "Going away" });
      // `ws` would select the client's first subprotocol; only `$connect`'s answer may.
      delete req.headers["sec-websocket-protocol"];
      if (outcome.subprotocol !== null) subprotocols.set(req, outcome.subprotocol);
      let attached = false;
      // Put back before anybody listens: `ws` would do so after the meter began to, and the bytes would be
      // emitted to the meter alone.
      if (head.length > 0) socket.unshift(head);
      live.watch(socket);
      server.handleUpgrade(req, socket, Buffer.alloc(0), (ws) => {
        attached = true;
        live.attach(ws);
      });
      // Synchronous, and silent about a socket that ended meanwhile.
      if (!attached) live.lost();
    },
  };
}

/** The API of the path's stage, or the status that refuses the request before anything is invoked. */
function findApi(req: IncomingMessage, parts: WebSocketParts): CompiledWebSocketApi | number {
  const target = req.url ?? "/";
  if (Buffer.byteLength(target) > parts.limits.urlBytes) return 414;
  const [path = "/"] = target.split("?", 1);
  const api = parts.apis().get(path.replace(/^\//, "").replace(/\/$/, ""));
  if (api === undefined) return BELIEFS.wrongPathStatus;
  const key = req.headers["sec-websocket-key"] ?? "";
  const version = req.headers["sec-websocket-version"];
  const isHandshake =
    req.method === "GET" &&
    req.headers.upgrade?.toLowerCase() === "websocket" &&
    /^[+/0-9A-Za-z]{22}==$/.test(key) &&
    (version === "13" || version === "8");
  return isHandshake ? api : 400;
}

async function connect(
  req: IncomingMessage,
  api: CompiledWebSocketApi,
  id: string,
  parts: WebSocketParts,
): Promise<Connected> {
  const connectedAt = Date.now();
  const source = readSource(req, connectedAt);
  const request = readUpgradeRequest(source, (req.url ?? "").split("?").slice(1).join("?"));
  let facts: ConnectionFacts = {
    id,
    apiId: api.model.apiId,
    stage: api.model.stage,
    connectedAt,
    host: req.headers.host ?? "",
    sourceIp: source.sourceIp,
    ...(source.userAgent === undefined ? {} : { userAgent: source.userAgent }),
  };
  const route = api.connect;
  if (route === undefined) return { type: "connected", facts, subprotocol: null };
  let authorizerMs = 0;
  if (route.model.authorizer !== undefined) {
    const decision = await authorizeConnect(route.model.authorizer, facts, request, parts);
    if (decision.type === "refused") return decision;
    authorizerMs = decision.ms;
    facts = { ...facts, authorizer: decision.authorizer };
  }
  const event = connectEvent(facts, request, authorizerMs);
  const outcome = await runIntegration(route, { event, body: "", context: new Map() }, parts);
  switch (outcome.type) {
    case "timeout":
      return { type: "refused", status: BELIEFS.connectTimeoutStatus };
    case "failed":
      return { type: "refused", status: 502 };
    case "answered": {
      if (outcome.statusCode < 200 || outcome.statusCode > 299) {
        // A 1xx would leave the client waiting for the rest of the answer.
        return { type: "refused", status: outcome.statusCode < 200 ? 502 : outcome.statusCode };
      }
      const { subprotocol } = outcome;
      if (subprotocol !== null && !/^[!#$%&'*+.^_`|~\w-]+$/.test(subprotocol)) {
        parts.log({
          type: "warning",
          message: `$connect returned a Sec-WebSocket-Protocol that is no token.`,
        });
        return { type: "refused", status: 502 };
      }
      return { type: "connected", facts, subprotocol };
    }
  }
}
