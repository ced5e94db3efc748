import { join } from "node:path";
import type { AppModel, LocalEndpoints } from "../assembly/model.ts";
import { describeChanges } from "../assembly/model-changes.ts";
import { createClosers } from "./closers.ts";
import type { Engine } from "../database/engine.ts";
import { provisionTables } from "../database/provision-tables.ts";
import { createEventSources, type EventSources } from "../events/event-sources.ts";
import { createQueueService } from "../events/queue-service.ts";
import type { FrontHandlers } from "./front-server.ts";
import { createFunctionPool } from "../functions/function-pool.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import { openConnectionJournal, type ConnectionJournal } from "./connection-journal.ts";
import { createGateway, type Gateway } from "../gateway/gateway.ts";
import type { GatewayLimits } from "../gateway/limits.ts";
import type { LocalIssuer } from "../identity/issuer.ts";
import { openLocalControls } from "./local-controls.ts";
import type { Log } from "../cli/log.ts";

/** Everything that serves one model: tables, functions, queues, event sources, schedules and the gateway. */
export interface Services extends FrontHandlers {
  model(): AppModel;
  /** Starts what runs by itself; call once requests reach the handlers. */
  begin(): Promise<void>;
  /** Serves another model: sockets stay open, data and what waits in queues are kept. */
  reload(model: AppModel): Promise<ReloadOutcome>;
  close(): Promise<void>;
}

export type ReloadOutcome =
  | { readonly type: "reloaded"; readonly changes: string }
  | { readonly type: "failed"; readonly message: string };

export type ServicesOutcome =
  | { readonly type: "opened"; readonly services: Services }
  | { readonly type: "failed"; readonly message: string };

export interface ServicesOptions {
  readonly model: AppModel;
  readonly endpoints: LocalEndpoints;
  readonly dataDir: string | null;
  readonly engine: Engine;
  readonly issuer: LocalIssuer;
  readonly log: Log;
  /** The gateway's limits, read at each use; the service's quotas if absent. */
  readonly limits?: GatewayLimits;
}

/** Where the queue service answers, on the same port as the APIs. */
export const QUEUE_PATH = "/_aws/sqs";

export async function openServices(options: ServicesOptions): Promise<ServicesOutcome> {
  const { endpoints, dataDir, engine, issuer, log } = options;
  let { model } = options;
  const provision = (): ReturnType<typeof provisionTables> =>
    provisionTables({ url: engine.url, region: model.region, tables: model.tables, dataDir });
  const provisioned = await provision();
  if (provisioned.type === "differs") return { type: "failed", message: provisioned.message };

  const closers = createClosers();
  const controls = await openLocalControls({ model: () => model, engineUrl: engine.url, log });
  closers.add(() => controls.close());
  const pool = await createFunctionPool({
    functions: model.functions,
    endpointsEnv: ({ processId }) => ({
      AWS_ENDPOINT_URL_DYNAMODB: controls.databaseUrl(processId),
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: endpoints.managementUrl,
      AWS_ENDPOINT_URL_SQS: endpoints.queueUrl,
      OIDC_JWKS: issuer.jwks(),
      // The SDK would say so at each cold start; deployed, the functions run on their own Node.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    }),
    log: controls.functionLog,
    hooks: controls.hooks,
  });
  closers.add(() => pool.close());

  const journal = dataDir === null ? undefined : openConnectionJournal(join(dataDir, "connections.jsonl"));
  closers.add(() => journal?.close());
  const queues = createQueueService({ queues: model.queues, accountId: model.accountId, dataDir });
  closers.add(() => queues.close());
  const sources = createEventSources({
    model,
    databaseUrl: engine.url,
    queues,
    invoker: controls.deliveries(pool),
    dataDir,
    log: log.events,
  });
  closers.add(() => sources.close());

  const invoker = nudging(pool, sources);
  const { limits } = options;
  const creation = createGateway({
    model,
    invoker,
    issuer,
    log: controls.gatewayLog,
    localRoutes: controls.routes,
    faults: controls.gatewayFaults,
    ...(limits === undefined ? {} : { limits }),
  });
  if (creation.type === "unsupported") {
    await closers.closeAll();
    return { type: "failed", message: creation.message };
  }
  const { gateway } = creation;
  if (journal !== undefined) gateway.connections.onChange((change) => journal.record(change));
  closers.add(() => gateway.close());
  controls.follow(gateway);
  // First of all: a fault may make others wait.
  closers.add(() => controls.calm());

  const tasks = new Set<Promise<void>>();
  const handleRequest: FrontHandlers["handleRequest"] = (request, response) => {
    if (request.url?.startsWith(QUEUE_PATH) !== true) {
      gateway.handleRequest(request, response);
      return;
    }
    const task = queues
      .handleRequest(request, response)
      .catch((error: unknown) => log.problem(`The queue service failed: ${String(error)}`))
      .finally(() => tasks.delete(task));
    tasks.add(task);
  };

  const services: Services = {
    model: () => model,
    handleRequest,
    handleUpgrade: (request, socket, head) => gateway.handleUpgrade(request, socket, head),
    begin: async () => {
      await sources.start();
      await deliverLost(gateway, journal, log);
    },
    reload: async (next) => {
      const changes = describeChanges(model, next);
      const previous = model;
      model = next;
      const outcome = await provision();
      if (outcome.type === "differs") {
        model = previous;
        return { type: "failed", message: outcome.message };
      }
      const accepted = gateway.reload(next);
      if (accepted.type === "unsupported") {
        model = previous;
        return { type: "failed", message: accepted.message };
      }
      await pool.reload(next.functions);
      await sources.reload(next);
      return { type: "reloaded", changes };
    },
    close: () => closers.closeAll(),
  };
  return { type: "opened", services };
}

/** Connections that died with a killed local cloud: the functions learn of it before anything else. */
async function deliverLost(
  gateway: Gateway,
  journal: ConnectionJournal | undefined,
  log: Log,
): Promise<void> {
  const lost = journal?.lost ?? [];
  if (lost.length === 0) return;
  log.info(`The previous run ended without closing ${lost.length} connections: disconnecting them now.`);
  await gateway.deliverLostDisconnects(lost);
}

/** What a request has written is on the streams when it is answered: no reason to wait for the next look. */
function nudging(invoker: FunctionInvoker, sources: EventSources): FunctionInvoker {
  return {
    invoke: async (functionId, event, options) => {
      const result = await invoker.invoke(functionId, event, options);
      sources.nudge();
      return result;
    },
  };
}
