import { join } from "node:path";
import type { AppModel } from "../assembly/model.ts";
import type { Output } from "../assembly/resources.ts";
import type { Terminal } from "./terminal.ts";
import type { Options } from "./options.ts";
import { startEngine, type Engine } from "../database/engine.ts";
import { provisionTables } from "../database/provision-tables.ts";
import { createEventSources } from "../events/event-sources.ts";
import { createQueueService } from "../events/queue-service.ts";
import { QUEUE_PATH } from "../events/sqs-protocol.ts";
import { createFunctionPool } from "../functions/function-pool.ts";
import { openNodes } from "../functions/nodes.ts";
import { createGateway } from "../gateway/gateway.ts";
import type { GatewayLimits } from "../gateway/limits.ts";
import { openConnectionJournal } from "../gateway/websocket/connection-journal.ts";
import { openLocalIssuer, type LocalIssuer } from "../identity/issuer.ts";
import { listen } from "../serving/front-server.ts";
import { openHomeDoor } from "../serving/home-door.ts";
import { HOST } from "../serving/loopback-server.ts";
import { openSite } from "../serving/site.ts";
import { openAppSource, problemsAsText } from "./app-source.ts";
import { createClosers, type Closers } from "./closers.ts";
import { openRights } from "./open-rights.ts";
import { disconnectLost } from "./disconnect-lost.ts";
import { followSources } from "./follow-sources.ts";
import { openControls } from "./open-controls.ts";
import { doorVariables, serveHomeNames } from "./home-names.ts";
import { createNotServedNotice } from "./not-served-notice.ts";
import { openFolders } from "./open-folders.ts";
import { openServices, serviceEndpoints } from "./open-services.ts";
import { createReload, type ReloadOutcome } from "./reload.ts";
import { serveRequests } from "./serve-requests.ts";

export interface CloudOptions extends Options {
  /** Where `cdk.json` lies. */
  readonly projectFolder: string;
  readonly terminal: Terminal;
  /** The gateway's limits, which the caller may change while the cloud runs; the service's quotas if absent. */
  readonly limits?: GatewayLimits;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface Cloud {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly managementUrl: string;
  /** Queues are below it. */
  readonly queueUrl: string;
  /** What the app's stacks gave out at the start. */
  readonly outputs: readonly Output[];
  readonly databaseUrl: string;
  readonly databaseName: string;
  /** As served now. */
  model(): AppModel;
  readonly issuer: LocalIssuer;
  /** Synthesizes again and serves the result, data and sockets kept. */
  reload(): Promise<ReloadOutcome>;
  /** Closes sockets, delivers their `$disconnect`, persists the queues and ends every process. */
  stop(): Promise<void>;
  /** Resolves with a sentence if a part fails that the rest cannot do without. */
  readonly failed: Promise<string>;
}

export type CloudOutcome =
  | { readonly type: "started"; readonly cloud: Cloud }
  /** A sentence; further lines only where they help. */
  | { readonly type: "failed"; readonly message: string };

/** Serves an app on this machine. Whatever a failed start had begun is ended again. */
export async function startCloud(options: CloudOptions): Promise<CloudOutcome> {
  const closers = createClosers();
  const interrupted = new Promise<CloudOutcome>((resolve) => {
    options.signal?.addEventListener("abort", () =>
      resolve({ type: "failed", message: "The start was interrupted." }),
    );
  });
  try {
    const outcome = await Promise.race([open(options, closers), interrupted]);
    if (outcome.type === "failed") await closers.closeAll();
    return outcome;
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** Everything there is, in the order it opens; the closers end it in the opposite one. */
async function open(options: CloudOptions, closers: Closers): Promise<CloudOutcome> {
  const { terminal, limits } = options;

  const folders = await openFolders(options, closers);
  if (folders.type === "failed") return folders;
  const { dataDir } = folders;
  for (const sentence of folders.sentences) terminal.info(sentence);

  const listening = await listen(options.port);
  if (listening.type === "failed") return listening;
  const { server } = listening;
  closers.add(() => server.close());
  const httpUrl = `http://${HOST}:${server.port}`;

  const source = openAppSource(options, folders);
  closers.add(() => source.close());
  const [engineOutcome, prepared, issuer] = await Promise.all([
    startEngine({
      dataDir,
      ...(options.databaseEndpoint === undefined ? {} : { endpoint: options.databaseEndpoint }),
    }),
    source.prepare(),
    openLocalIssuer({ folder: dataDir }),
  ]);
  if (engineOutcome.type === "started") closers.add(() => engineOutcome.engine.stop());
  if (prepared.type === "failed") return prepared;
  if (engineOutcome.type === "unavailable") return { type: "failed", message: engineOutcome.message };
  const { engine } = engineOutcome;

  const origin = { httpUrl, databaseUrl: engine.url, queueUrl: httpUrl + QUEUE_PATH };
  const reading = await source.read(prepared.folder, origin);
  if (reading.type === "failed") return { type: "failed", message: problemsAsText(reading) };
  const noteNotServed = createNotServedNotice((text) => terminal.info(text));
  noteNotServed(reading);
  const { endpoints } = reading;
  /** What is served now: a reload puts another model in its place. */
  const served = { model: reading.model, digest: prepared.digest };

  const provision = ({ region, tables }: AppModel): ReturnType<typeof provisionTables> =>
    provisionTables({ url: engine.url, region, tables, dataDir });
  const provisioned = await provision(served.model);
  if (provisioned.type === "differs") return { type: "failed", message: provisioned.message };

  const rights = openRights({ model: () => served.model, terminal });
  const controls = await openControls({
    ...{ model: () => served.model, engineUrl: engine.url, terminal },
    databaseRights: rights.database,
  });
  closers.add(() => controls.close());

  const found = await openNodes({
    projectFolder: options.projectFolder,
    ...(options.node === undefined ? {} : { named: options.node }),
  });
  if (found.type === "failed") return found;
  const { nodes } = found;
  for (const sentence of await nodes.find(runtimesOf(served.model))) terminal.info(sentence);

  const door = await openHomeDoor();
  closers.add(() => door.close());

  const pool = await createFunctionPool({
    functions: served.model.functions,
    nodeFor: (runtime) => nodes.pathFor(runtime),
    endpointsEnv: (process) => ({
      ...doorVariables(door, served.model, process),
      AWS_ENDPOINT_URL_DYNAMODB: controls.database.url(process.processId),
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: endpoints.managementUrl,
      AWS_ENDPOINT_URL_SQS: endpoints.queueUrl,
      ...serviceEndpoints(httpUrl),
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

  const { accountId } = served.model;
  const onFailure = (cause: unknown): void => terminal.problem(`The queue service failed: ${String(cause)}`);
  const { refusalOf } = rights;
  const queues = createQueueService({
    ...{ queues: served.model.queues, accountId, dataDir, onFailure, refusalOf },
  });
  closers.add(() => queues.close());

  const deliveries = controls.deliveries(pool);
  const services = openServices({
    model: () => served.model,
    invoker: deliveries,
    findQueue: queues.find,
    refusalOf,
    onFailure: (cause) => terminal.problem(`A delivery failed: ${String(cause)}`),
  });
  closers.add(() => services.close());

  const sources = createEventSources({
    model: served.model,
    databaseUrl: engine.url,
    queues,
    invoker: deliveries,
    publish: (topicArn, message) => services.publish(topicArn, message),
    dataDir,
    log: terminal.events,
    refusalOf: rights.source,
  });
  closers.add(() => sources.close());
  controls.database.onWrite(() => sources.nudge());

  const creation = createGateway({
    model: served.model,
    invoker: pool,
    issuer,
    log: controls.gatewayLog,
    localRoutes: controls.routes,
    faults: controls.gatewayFaults,
    refusalOf,
    ...(limits === undefined ? {} : { limits }),
    ...(options.siteFolder === undefined ? {} : { site: openSite(options.siteFolder) }),
  });
  if (creation.type === "unsupported") return { type: "failed", message: creation.message };
  const { gateway } = creation;
  if (journal !== undefined) gateway.connections.onChange((change) => journal.record(change));
  closers.add(() => gateway.close());
  controls.follow(gateway);
  // First of all to end: a fault may make others wait.
  closers.add(() => controls.calm());

  door.serve(serveHomeNames({ model: () => served.model, gateway, database: controls.database, queues }));
  server.serve(serveRequests(gateway, queues, services));
  await sources.start();
  await disconnectLost(gateway, journal, terminal);

  const say = (sentence: string): void => terminal.info(sentence);
  const reload = createReload({
    ...{ source, origin, served, provision, nodes, say, noteNotServed, gateway, pool, sources },
  });
  if (options.watch) {
    const following = followSources(source.watch, reload, terminal);
    closers.add(() => following.close());
  }

  const { wsUrl, managementUrl } = endpoints;
  const cloud: Cloud = {
    httpUrl,
    wsUrl,
    managementUrl,
    queueUrl: endpoints.queueUrl,
    outputs: reading.outputs,
    databaseUrl: controls.database.toolsUrl,
    databaseName: engine.name,
    model: () => served.model,
    issuer,
    reload,
    stop: () => closers.closeAll(),
    failed: lossOf(engine, closers),
  };
  return { type: "started", cloud };
}

const runtimesOf = ({ functions }: AppModel): readonly string[] => functions.map(({ runtime }) => runtime);

async function lossOf(engine: Engine, closers: Closers): Promise<string> {
  await engine.ended;
  if (closers.closing) return new Promise(() => undefined);
  return `The database engine ${engine.name} has ended unexpectedly.`;
}
