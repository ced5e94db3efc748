import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { AppModel } from "../assembly/model.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import type { LocalIssuer } from "../identity/issuer.ts";
import { BELIEFS } from "./beliefs.ts";
import { compileModel, type CompiledModel } from "./compile-model.ts";
import { createHttpApi, type HttpApi } from "./http/http-api.ts";
import { createRestApi, type RestApi } from "./rest/rest-api.ts";
import { serviceLimits, type GatewayLimits } from "./limits.ts";
import { createLocalRoutes, isLocalPath, type LocalRoutes } from "./local-routes.ts";
import type { GatewayLog } from "./log-line.ts";
import type { RefusalOf } from "../rights/service-rights.ts";
import { answerJson } from "../serving/request-body.ts";
import type { Site } from "../serving/site.ts";
import { createRunningTasks } from "../serving/running-tasks.ts";
import {
  createConnectionRegistry,
  type ConnectionFacts,
  type ConnectionRegistry,
} from "./websocket/connection-registry.ts";
import { dispatchDisconnect } from "./websocket/disconnect.ts";
import { NO_FAULTS, type GatewayFaults } from "./websocket/gateway-faults.ts";
import { watchLifetimes } from "./websocket/lifetimes.ts";
import { handleManagement, managementTarget } from "./websocket/management-api.ts";
import { createUpgrades } from "./websocket/upgrades.ts";
import type { WebSocketParts } from "./websocket/websocket-parts.ts";

export interface GatewayOptions {
  readonly model: AppModel;
  readonly invoker: FunctionInvoker;
  readonly issuer: LocalIssuer;
  /** Read at each use, so a change holds at once; the service's quotas if absent. */
  readonly limits?: GatewayLimits;
  readonly log: GatewayLog;
  /** Further routes under `/_local/`, keyed by `METHOD /_local/path`. */
  readonly localRoutes?: LocalRoutes;
  /** Files beneath the APIs: for what no route of theirs takes. */
  readonly site?: Site;
  /** None if absent. */
  readonly faults?: GatewayFaults;
  /** Every call of the management API may be made where it is absent. */
  readonly refusalOf?: RefusalOf;
}

export interface Gateway {
  /** For the `request` event of the one HTTP server: HTTP API, management API and `/_local/`. */
  handleRequest(req: IncomingMessage, res: ServerResponse): void;
  /** For its `upgrade` event. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly connections: Pick<ConnectionRegistry, "all" | "snapshot" | "onChange">;
  readonly limits: GatewayLimits;
  /** Serves another model from the next request on; open sockets stay, unless their API is gone (1001). */
  reload(model: AppModel): GatewayOutcome;
  /** `$disconnect` (1006) for connections that died with an earlier process; each is then `ended`. */
  deliverLostDisconnects(lost: readonly ConnectionFacts[]): Promise<void>;
  /**
   * Refuses upgrades and HTTP requests, closes every socket with 1001 and waits for whatever is in flight, the
   * `$disconnect`s included. The management API answers to the end: functions may still push.
   */
  close(): Promise<void>;
}

export type GatewayOutcome =
  | { readonly type: "ok" }
  /** One sentence on what the model asks for that is not served here. */
  | { readonly type: "unsupported"; readonly message: string };

export type GatewayCreation =
  { readonly type: "created"; readonly gateway: Gateway } | Extract<GatewayOutcome, { type: "unsupported" }>;

const GOING_AWAY = { code: 1001, reason: "Going away" };

/** The local API Gateway: serves a model's HTTP, WebSocket and management APIs on the caller's HTTP server. */
export function createGateway(options: GatewayOptions): GatewayCreation {
  const { invoker, issuer, log } = options;
  const limits = options.limits ?? serviceLimits();
  const first = compileModel(options.model);
  if (first.type === "unsupported") return first;
  let compiled = first.compiled;
  let httpApi = openHttpApi(compiled);
  let restApis = openRestApis(compiled);
  let closing = false;

  const tasks = createRunningTasks((cause) => {
    log({ type: "warning", message: `The local gateway failed: ${describe(cause)}` });
  });
  const registry = createConnectionRegistry();
  const parts: WebSocketParts = {
    apis: () => compiled.webSocketApis,
    account: () => compiled.model,
    invoker,
    limits,
    log,
    registry,
    tasks,
    faults: options.faults ?? NO_FAULTS,
    refusalOf: options.refusalOf ?? (() => undefined),
  };
  const upgrades = createUpgrades(parts, () => closing);
  const localRoutes = createLocalRoutes(issuer, () => compiled, options.localRoutes ?? {});
  const requests = new Set<IncomingMessage>();
  const stopWatching = watchLifetimes(registry, limits);

  function openHttpApi(from: CompiledModel): HttpApi | null {
    if (from.httpApi === undefined) return null;
    return createHttpApi(from.httpApi, { accountId: from.model.accountId, invoker, issuer, limits, log });
  }

  function openRestApis({ model }: CompiledModel): readonly RestApi[] {
    const { region, accountId } = model;
    return model.restApis.map((api) =>
      createRestApi(api, { region, accountId, invoker, issuer, limits, log }),
    );
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = req.url ?? "/";
    const target = managementTarget(url, parts);
    const restApi = restApis.find((api) => api.owns(url));
    if (isLocalPath(url)) await localRoutes(req, res);
    else if (target !== null) await handleManagement(req, res, target, parts);
    else if (closing) answerJson(res, 503, { message: "Service Unavailable" }, { connection: "close" });
    else if (restApi !== undefined) await restApi.handle(req, res);
    else if (httpApi?.owns(req) !== true && (await options.site?.(req, res)) === true) return;
    else if (httpApi !== null) await httpApi.handle(req, res);
    else answerJson(res, 404, { message: "Not Found" });
  }

  const gateway: Gateway = {
    connections: registry,
    limits,
    handleRequest(req, res) {
      requests.add(req);
      const served = serve(req, res)
        .catch((cause: unknown) => {
          log({
            type: "warning",
            message: `${req.method ?? ""} ${req.url ?? ""} failed: ${describe(cause)}`,
          });
          if (res.headersSent) res.destroy();
          else answerJson(res, 500, { message: "Internal Server Error" });
        })
        .finally(() => requests.delete(req));
      tasks.add(served);
    },
    handleUpgrade(req, socket, head) {
      const handled = upgrades.handle(req, socket, head).catch((cause: unknown) => {
        socket.destroy();
        throw cause;
      });
      tasks.add(handled);
    },
    reload(model) {
      const next = compileModel(model);
      if (next.type === "unsupported") return next;
      compiled = next.compiled;
      httpApi = openHttpApi(compiled);
      restApis = openRestApis(compiled);
      for (const connection of registry.all()) {
        const { stage, apiId } = connection.facts;
        if (compiled.webSocketApis.get(stage)?.model.apiId !== apiId) connection.close(GOING_AWAY);
      }
      return { type: "ok" };
    },
    async deliverLostDisconnects(lost) {
      await Promise.all(
        lost.map(async (facts) => {
          await dispatchDisconnect(facts, BELIEFS.abnormalClose, parts);
          registry.settled(facts.id);
        }),
      );
    },
    async close() {
      closing = true;
      for (const connection of registry.all()) connection.close(GOING_AWAY);
      // A client that never ends its body would hold up the end for ever.
      for (const req of requests) if (!req.complete) req.destroy();
      await tasks.settle();
      stopWatching();
    },
  };
  return { type: "created", gateway };
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
