import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { spawnGuarded, type GuardedChild } from "../../local/processes/guarded-child.ts";

/** A fresh PostgreSQL in a temporary folder, as durable as its defaults: each commit is on the disk. */
export interface Postgres {
  /** Holds its socket: there is no port. */
  readonly folder: string;
  /** Of the process that has started all others. */
  readonly pid: number;
  stop(): Promise<void>;
}

export type PostgresStart =
  | { readonly type: "started"; readonly postgres: Postgres }
  /** The message: one sentence. */
  | { readonly type: "unavailable"; readonly message: string };

/** Who asks, and of which database: made with the cluster, needing no password. */
export const POSTGRES_ROLE = { user: "bench", database: "postgres" } as const;

/** Where Debian puts each version's binaries. */
const INSTALLED = "/usr/lib/postgresql";
const run = promisify(execFile);

export async function startPostgres(): Promise<PostgresStart> {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  const version = newestOf(versions.filter((one) => existsSync(join(INSTALLED, one, "bin/postgres"))));
  if (version === undefined) {
    return { type: "unavailable", message: `PostgreSQL is not installed below ${INSTALLED}.` };
  }
  const bin = join(INSTALLED, version, "bin");
  const folder = await mkdtemp(join(tmpdir(), "bench-postgres-"));
  let server: GuardedChild | undefined;
  try {
    if (isRoot()) await run("chown", ["postgres:postgres", folder]);
    const data = join(folder, "data");
    const { user } = POSTGRES_ROLE;
    const [initdb, ...how] = asAllowed(join(bin, "initdb"));
    await run(initdb, [...how, "-D", data, "-U", user, "--auth=trust", "--encoding=UTF8", "--locale=C"]);
    const [postgres, ...first] = asAllowed(join(bin, "postgres"));
    const settings = ["listen_addresses=", `unix_socket_directories=${folder}`, "fsync=on"];
    const options = [...settings, "synchronous_commit=on"].flatMap((setting) => ["-c", setting]);
    server = spawnGuarded(postgres, [...first, "-D", data, ...options], { env: ENVIRONMENT });
    await ready(server);
    const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    return { type: "started", postgres: { folder, pid, stop: () => stop(server!, pid, folder) } };
  } catch (error) {
    await server?.kill();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Of majors such as `9.6` and `15`. */
export function newestOf(versions: readonly string[]): string | undefined {
  return versions.filter((version) => /^\d/.test(version)).sort((a, b) => Number(b) - Number(a))[0];
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** PostgreSQL does not run as root. */
const asAllowed = (command: string): [string, ...string[]] =>
  isRoot() ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", command] : [command];

/** Its log in English: `ready` reads it. */
const ENVIRONMENT = { PATH: process.env["PATH"] ?? "", LC_ALL: "C" };

async function ready({ process: { stderr, stdout }, process: child }: GuardedChild): Promise<void> {
  stdout?.resume();
  let log = "";
  await new Promise<void>((resolve, reject) => {
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(`PostgreSQL did not start:\n${log}`)));
  });
}

async function stop(server: GuardedChild, pid: number, folder: string): Promise<void> {
  const child = server.process;
  const ended = new Promise((resolve) => child.once("close", resolve));
  // Its fast shutdown: no waiting for who is connected.
  if (child.exitCode === null && child.signalCode === null) {
    process.kill(pid, "SIGINT");
    await ended;
  }
  await server.kill();
  await rm(folder, { recursive: true, force: true });
}
