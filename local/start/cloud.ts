import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppModel } from "../assembly/model.ts";
import { openAppSource } from "./app-source.ts";
import { createClosers, type Closers } from "./closers.ts";
import { startEngine, type Engine } from "../database/engine.ts";
import { HOST, listen } from "./front-server.ts";
import type { GatewayLimits } from "../gateway/limits.ts";
import { openLocalIssuer, type LocalIssuer } from "../identity/issuer.ts";
import type { Log } from "../cli/log.ts";
import type { Options } from "../cli/options.ts";
import { acquireLock } from "../processes/process-lock.ts";
import { openServices, QUEUE_PATH, type ReloadOutcome } from "./services.ts";

export interface CloudOptions extends Options {
  /** Where `cdk.json` lies. */
  readonly projectFolder: string;
  readonly log: Log;
  /** The gateway's limits, which the caller may change while the cloud runs; the service's quotas if absent. */
  readonly limits?: GatewayLimits;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface Cloud {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly managementUrl: string;
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
    const outcome = await Promise.race([start(options, closers), interrupted]);
    if (outcome.type === "failed") await closers.closeAll();
    return outcome;
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(options: CloudOptions, closers: Closers): Promise<CloudOutcome> {
  const { log } = options;
  const folders = await openFolders(options, closers);
  if (folders.type === "failed") return folders;
  const { dataDir, workFolder } = folders;

  const listening = await listen(options.port);
  if (listening.type === "failed") return listening;
  const { server } = listening;
  closers.add(() => server.close());
  const httpUrl = `http://${HOST}:${server.port}`;

  const source = openAppSource(options, options.projectFolder, workFolder);
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
  if (reading.type === "failed") return { type: "failed", message: problemsAsText(reading.problems) };

  const opened = await openServices({
    ...reading,
    dataDir,
    engine,
    issuer,
    log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  if (opened.type === "failed") return opened;
  const { services } = opened;
  closers.add(() => services.close());
  server.serve(services);
  await services.begin();

  const reload = oneAtATime(async (): Promise<ReloadOutcome> => {
    const next = await source.prepare();
    if (next.type === "failed") return next;
    const read = await source.read(next.folder, origin);
    if (read.type === "failed") return { type: "failed", message: problemsAsText(read.problems) };
    return services.reload(read.model);
  });
  if (options.watch) followSources(source.watch, reload, log);

  const { wsUrl, managementUrl } = reading.endpoints;
  const cloud: Cloud = {
    httpUrl,
    wsUrl,
    managementUrl,
    databaseUrl: engine.url,
    databaseName: engine.name,
    model: () => services.model(),
    issuer,
    reload,
    stop: () => closers.closeAll(),
    failed: lossOf(engine, closers),
  };
  return { type: "started", cloud };
}

type Folders =
  | { readonly type: "opened"; readonly dataDir: string | null; readonly workFolder: string }
  | { readonly type: "failed"; readonly message: string };

/** `data` and `work` below the data folder, held by this process alone; or a temporary folder. */
async function openFolders({ ephemeral, dataFolder }: CloudOptions, closers: Closers): Promise<Folders> {
  if (ephemeral) {
    // Made only if something is written to it.
    const workFolder = join(tmpdir(), `local-cloud-${randomUUID()}`);
    closers.add(() => rm(workFolder, { recursive: true, force: true }));
    return { type: "opened", dataDir: null, workFolder };
  }
  const dataDir = join(dataFolder, "data");
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (error) {
    return { type: "failed", message: `The data folder cannot be made: ${(error as Error).message}.` };
  }
  const lock = await acquireLock(join(dataFolder, "running.lock"));
  if (lock.type === "taken") {
    const message = `The folder ${dataFolder} is in use by process ${lock.pid}: stop that one, or choose another folder with --data.`;
    return { type: "failed", message };
  }
  closers.add(lock.release);
  return { type: "opened", dataDir, workFolder: join(dataFolder, "work") };
}

function followSources(
  watch: (onChange: () => void) => void,
  reload: () => Promise<ReloadOutcome>,
  log: Log,
): void {
  watch(() => {
    log.info("The sources have changed.");
    reload().then(
      (outcome) => {
        if (outcome.type === "reloaded") log.info(`Reloaded: ${outcome.changes}.`);
        else log.problem(`${outcome.message}\nThe previous version goes on.`);
      },
      (error: unknown) => log.problem(`The reload failed: ${String(error)}`),
    );
  });
}

/** A call while one runs waits for its end, then runs once for all who asked meanwhile. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const result = work();
      running = result.catch(() => undefined);
      return result;
    });
    return next;
  };
}

async function lossOf(engine: Engine, closers: Closers): Promise<string> {
  await engine.ended;
  if (closers.closing) return new Promise(() => undefined);
  return `The database engine ${engine.name} has ended unexpectedly.`;
}

const problemsAsText = (problems: readonly string[]): string =>
  problems.length === 1
    ? `The app cannot be served locally: ${problems[0] ?? ""}`
    : ["The app cannot be served locally:", ...problems.map((problem) => `  ${problem}`)].join("\n");
