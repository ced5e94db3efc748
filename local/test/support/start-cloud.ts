import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startDeadline } from "./pace.ts";

/** A running local cloud, started as a user would start it. */
export interface RunningCloud {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly managementUrl: string;
  readonly databaseUrl: string;
  readonly pid: number;
  /** What it has logged so far. */
  log(): string;
  /** Stops it in order and resolves with its exit code. May be called again. */
  stop(): Promise<number | null>;
  /** Kills it at once, as a crash would. */
  kill(): Promise<void>;
  /** Lets go of its channel, as the end of this process would. */
  disconnect(): void;
  /** Reads its outputs no more, as a program that they were piped to and that has ended. */
  closeOutputs(): void;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

export interface StartCloudOptions {
  /** Settings, as `-c key=value` passes them. */
  readonly context?: Readonly<Record<string, string | number>>;
  /** Default true: nothing is kept. */
  readonly ephemeral?: boolean;
  /** For a cloud that is not ephemeral: where it keeps its data. */
  readonly dataFolder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments. */
  readonly args?: readonly string[];
  /** The project to serve. */
  readonly projectFolder: string;
  /** Default false, so that a file saved during a test run disturbs no test. */
  readonly watch?: boolean;
  /** The program and its first arguments; default: the sources beside this test, by tsx. */
  readonly command?: readonly [program: string, ...args: string[]];
}

const MAIN = join(import.meta.dirname, "../../cli/main.ts");
// vitest knows no import.meta.resolve.
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
/** A first synthesis on a busy machine included. */
const READY_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 20_000;

/**
 * Starts the local cloud in a process of its own and waits until it is ready. Clouds with the same
 * settings share one synthesized assembly, also between test files that run at once.
 */
export async function startCloudProcess(options: StartCloudOptions): Promise<RunningCloud> {
  const child = spawnCloud(options);
  const exited = once(child, "exit") as Promise<[number | null]>;
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));

  const deadline = startDeadline(READY_LIMIT_MS, () => child.kill("SIGKILL"));
  const ready = await Promise.race([readyLine(child), exited.then(() => undefined)]);
  deadline.cancel();
  if (ready === undefined) throw new Error(`The local cloud did not start:\n${log}`);

  return {
    ...ready,
    pid: child.pid ?? 0,
    log: () => log,
    disconnect: () => child.disconnect(),
    closeOutputs: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    ended: exited.then(([code]) => code),
    stop: async () => {
      const deadline = startDeadline(STOP_LIMIT_MS, () => child.kill("SIGKILL"));
      if (child.exitCode === null) child.kill("SIGTERM");
      await exited;
      deadline.cancel();
      return child.exitCode;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** The process alone, for tests of what it prints and how it ends. The channel makes it end with this process. */
export function spawnCloud(options: StartCloudOptions): ChildProcess {
  const { context = {}, ephemeral = true, dataFolder, env = {}, args = [], projectFolder, watch } = options;
  const [program, ...first] = options.command ?? [process.execPath, "--import", TSX, MAIN];
  const { PORT: _port, DYNAMODB_ENDPOINT: _endpoint, ...inherited } = process.env;
  return spawn(
    program,
    [
      ...first,
      "--json",
      "--port=0",
      ...(ephemeral ? ["--ephemeral"] : []),
      ...(dataFolder === undefined ? [] : [`--data=${dataFolder}`]),
      ...(watch === true ? [] : ["--no-watch"]),
      ...Object.entries(context).map(([key, value]) => `-c${key}=${value}`),
      ...args,
    ],
    {
      cwd: projectFolder,
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
}

type Ready = Pick<RunningCloud, "httpUrl" | "wsUrl" | "managementUrl" | "databaseUrl">;

function readyLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const line = text.split("\n").find((candidate) => candidate.startsWith('{"ready":true'));
      if (line !== undefined && text.includes("\n", text.indexOf(line))) resolve(JSON.parse(line) as Ready);
    });
  });
}
