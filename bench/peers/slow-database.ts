import { Agent, createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";

/** A way to the database that takes its time, and counts what passes. */
export interface SlowDatabase {
  readonly url: string;
  /** Milliseconds before each call goes on. */
  delayMs: number;
  /** Units since the last call of this. */
  takeUnits(): { readonly writes: number; readonly reads: number };
  stop(): Promise<void>;
}

const READS = new Set(["GetItem", "Query", "BatchGetItem"]);

export async function startSlowDatabase(databaseUrl: string): Promise<SlowDatabase> {
  const target = new URL(databaseUrl);
  const agent = new Agent({ keepAlive: true });
  let units = { writes: 0, reads: 0 };
  const slow = { delayMs: 0 };
  const count = (operation: string, answer: string): void => {
    const { ConsumedCapacity } = JSON.parse(answer) as {
      ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
    };
    const sum = [ConsumedCapacity ?? []].flat().reduce((all, one) => all + (one.CapacityUnits ?? 0), 0);
    units[READS.has(operation) ? "reads" : "writes"] += sum;
  };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const operation = String(incoming.headers["x-amz-target"]).split(".").at(-1) ?? "";
      // The engine looks at no signature.
      const body = Buffer.from(
        JSON.stringify({
          ...(JSON.parse(Buffer.concat(chunks).toString()) as object),
          ReturnConsumedCapacity: "TOTAL",
        }),
      );
      const headers = { ...incoming.headers, "content-length": String(body.length) };
      setTimeout(() => {
        const { hostname, port } = target;
        const passed = ask({ agent, hostname, port, method: "POST", path: "/", headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => parts.push(chunk));
          answer.on("end", () => {
            const all = Buffer.concat(parts);
            if (answer.statusCode === 200) count(operation, all.toString());
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
            outgoing.end(all);
          });
        });
        passed.on("error", () => outgoing.destroy());
        passed.end(body);
      }, slow.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get delayMs() {
      return slow.delayMs;
    },
    set delayMs(ms) {
      slow.delayMs = ms;
    },
    takeUnits: () => {
      const taken = units;
      units = { writes: 0, reads: 0 };
      return taken;
    },
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
