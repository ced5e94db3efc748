import { createServer, type AddressInfo } from "node:net";
import { resolve as absolute } from "node:path";
import { spawnGuarded, type GuardedChild } from "../processes/guarded-child.ts";
import { lockData, type DataLock } from "./data-lock.ts";
import { findEngine, type EngineCommand, type EngineKind } from "./engine-command.ts";
import { listsTables } from "./list-tables.ts";
import { createScratchFolder, type ScratchFolder } from "./scratch-folder.ts";

/** A running database that speaks DynamoDB's and DynamoDB Streams' protocol. */
export interface Engine {
  /** For this process alone: an engine asks no page where it comes from. */
  readonly url: string;
  /** For people, e.g. `dynoxide`. */
  readonly name: string;
  /** False where nothing outlives the engine: its streams start anew too. */
  readonly persistent: boolean;
  /** Resolves when the engine has ended, for whatever reason; never for one that was given. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export type EngineOutcome =
  | { readonly type: "started"; readonly engine: Engine }
  /** One sentence that says what to do. */
  | { readonly type: "unavailable"; readonly message: string };

export interface EngineOptions {
  /** The folder its files go to; null keeps everything in memory. */
  readonly dataDir: string | null;
  /** Only this engine. Otherwise the first there is of: the one at `endpoint`, native, Java's. */
  readonly prefer?: EngineKind;
  /** The URL of an engine that already runs; default: the variable DYNAMODB_ENDPOINT. */
  readonly endpoint?: string;
}

const ATTEMPTS = 3;
/** For an engine somebody else runs. */
const GIVEN_LIMIT_MS = 5_000;

/** Starts the embedded database, which ends with this process at the latest. */
export async function startEngine(options: EngineOptions): Promise<EngineOutcome> {
  const endpoint = options.endpoint ?? process.env["DYNAMODB_ENDPOINT"];
  if (options.prefer === undefined && endpoint !== undefined && endpoint !== "") return useGiven(endpoint);

  const kinds: readonly EngineKind[] = options.prefer === undefined ? ["native", "java"] : [options.prefer];
  for (const kind of kinds) {
    const command = await findEngine(kind);
    if (command !== undefined)
      return start(command, options.dataDir === null ? null : absolute(options.dataDir));
  }
  return {
    type: "unavailable",
    message:
      "There is no database engine for this machine: install Java 17 or later (it runs the bundled DynamoDB Local)" +
      ", or set DYNAMODB_ENDPOINT to the URL of a DynamoDB emulator that runs already.",
  };
}

async function useGiven(endpoint: string): Promise<EngineOutcome> {
  const url = endpoint.replace(/\/+$/, "");
  if (!(await answersWithin(url, GIVEN_LIMIT_MS, () => true))) {
    const message = `Nothing that speaks DynamoDB answers at ${url}, where DYNAMODB_ENDPOINT points: start it, or unset the variable.`;
    return { type: "unavailable", message };
  }
  const engine: Engine = {
    url,
    name: url,
    persistent: true,
    ended: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
  return { type: "started", engine };
}

async function start(command: EngineCommand, dataDir: string | null): Promise<EngineOutcome> {
  const scratch = dataDir === null && command.alwaysFiles ? createScratchFolder() : null;
  if (typeof scratch === "string") return { type: "unavailable", message: scratch };
  let lock: DataLock | undefined;
  const failed = (message: string): EngineOutcome => {
    lock?.release();
    scratch?.remove();
    return { type: "unavailable", message };
  };
  try {
    lock = dataDir === null ? { hold: () => undefined, release: () => undefined } : await lockData(dataDir);
    if (lock === undefined) {
      const message = `The data in ${dataDir} is in use by another local cloud: stop that one first, or use another folder.`;
      return { type: "unavailable", message };
    }
    let output = "";
    // The free port may be taken by somebody else before the engine binds it.
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const started = await startOnce(command, dataDir ?? scratch?.path ?? null, lock);
      if (started.type === "started") {
        scratch?.hide();
        return { type: "started", engine: engineOf(command, started, { dataDir, lock, scratch }) };
      }
      output = started.output;
      if (started.type === "silent") break;
    }
    const said =
      output.trim() === ""
        ? "it said nothing"
        : `it said: ${output.trim().split("\n").slice(-3).join(" / ")}`;
    return failed(`The database engine ${command.name} does not start; ${said}`);
  } catch (error) {
    return failed(`The database's files cannot be written (${(error as Error).message}).`);
  }
}

function engineOf(
  { name }: EngineCommand,
  { url, ended, child }: StartedEngine,
  held: { readonly dataDir: string | null; readonly lock: DataLock; readonly scratch: ScratchFolder | null },
): Engine {
  const stop = async (): Promise<void> => {
    await child.kill();
    held.scratch?.remove();
    held.lock.release();
  };
  return { url, name, persistent: held.dataDir !== null, ended, stop };
}

interface StartedEngine {
  readonly type: "started";
  readonly url: string;
  readonly ended: Promise<void>;
  readonly child: GuardedChild;
}

async function startOnce(
  command: EngineCommand,
  folder: string | null,
  lock: DataLock,
): Promise<StartedEngine | { readonly type: "ended" | "silent"; readonly output: string }> {
  const host = command.chooseHost();
  const port = await freePort(host);
  const child = spawnGuarded(command.command, command.args({ host, port }, folder), {
    env: { PATH: process.env["PATH"] ?? "", DDB_LOCAL_TELEMETRY: "0" },
  });
  if (child.process.pid !== undefined) lock.hold(child.process.pid);
  let output = "";
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      output = (output + chunk).slice(-2_000);
    });
  }
  let alive = true;
  const ended = new Promise<void>((resolve) => {
    const gone = (): void => {
      alive = false;
      resolve();
    };
    child.process.on("exit", gone).on("error", gone);
  });
  const url = `http://${host}:${port}`;
  if (await answersWithin(url, command.startLimitMs, () => alive))
    return { type: "started", url, ended, child };
  const type = alive ? "silent" : "ended";
  await child.kill();
  return { type, output };
}

/** Whether the URL lists its tables before the time is up; gives up as soon as `goOn` says no. */
async function answersWithin(url: string, limitMs: number, goOn: () => boolean): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (Date.now() < end && goOn()) {
    if (await listsTables(url)) return goOn();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
