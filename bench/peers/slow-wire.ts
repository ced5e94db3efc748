import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A way to PostgreSQL that takes its time. */
export interface SlowWire {
  /** Holds a socket as PostgreSQL's folder does. */
  readonly folder: string;
  /** Milliseconds before what is asked goes on: each question waits once, however it is cut into packets. */
  delayMs: number;
  stop(): Promise<void>;
}

const SOCKET = ".s.PGSQL.5432";

export async function startSlowWire(postgresFolder: string): Promise<SlowWire> {
  const folder = await mkdtemp(join(tmpdir(), "bench-wire-"));
  const open = new Set<Socket>();
  const wire = { folder, delayMs: 0 };
  const server = createServer((near) => {
    const far = connect(join(postgresFolder, SOCKET));
    // Timers of one length fire in the order in which they were set.
    near.on("data", (chunk) => setTimeout(() => far.write(chunk), wire.delayMs));
    far.on("data", (chunk) => near.write(chunk));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(join(folder, SOCKET), resolve);
  });
  return Object.assign(wire, {
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  });
}
