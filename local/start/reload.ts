import { describeChanges, NOTHING } from "../assembly/model-changes.ts";
import type { AppModel } from "../assembly/model.ts";
import type { LocalOrigin } from "../assembly/resources.ts";
import type { provisionTables } from "../database/provision-tables.ts";
import type { EventSources } from "../events/event-sources.ts";
import type { FunctionPool } from "../functions/function-pool.ts";
import type { Nodes } from "../functions/nodes.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { problemsAsText, type AppSource } from "./app-source.ts";
import type { createNotServedNotice } from "./not-served-notice.ts";

export type ReloadOutcome =
  | { readonly type: "reloaded"; readonly changes: string }
  | { readonly type: "failed"; readonly message: string };

export interface ReloadParts {
  readonly source: AppSource;
  readonly origin: LocalOrigin;
  /** The model, and the digest of the assembly it was read from. */
  readonly served: { model: AppModel; digest: string };
  readonly provision: (model: AppModel) => ReturnType<typeof provisionTables>;
  readonly nodes: Nodes;
  /** Tells the person in front of it. */
  readonly say: (sentence: string) => void;
  readonly noteNotServed: ReturnType<typeof createNotServedNotice>;
  readonly gateway: Pick<Gateway, "reload">;
  readonly pool: Pick<FunctionPool, "reload">;
  readonly sources: Pick<EventSources, "reload">;
}

/**
 * Prepares the app again and serves it: sockets stay open, data and what waits in queues are kept. What the
 * tables or the gateway refuse leaves the version before in place. One at a time, however many ask.
 */
export function createReload(parts: ReloadParts): () => Promise<ReloadOutcome> {
  const { source, origin, served, provision, nodes, say, noteNotServed, gateway, pool, sources } = parts;

  const serve = async (next: AppModel): Promise<ReloadOutcome> => {
    const previous = served.model;
    const back = (message: string): ReloadOutcome => {
      served.model = previous;
      return { type: "failed", message };
    };
    served.model = next;
    const provisioned = await provision(next);
    if (provisioned.type === "differs") return back(provisioned.message);
    for (const sentence of await nodes.find(next.functions.map(({ runtime }) => runtime))) say(sentence);
    // Both at once: a new route must not meet the old functions.
    const accepted = gateway.reload(next);
    if (accepted.type === "unsupported") return back(accepted.message);
    pool.reload(next.functions);
    await sources.reload(next);
    return { type: "reloaded", changes: describeChanges(previous, next) };
  };

  return oneAtATime(async () => {
    const prepared = await source.prepare();
    if (prepared.type === "failed") return prepared;
    if (prepared.digest === served.digest) return { type: "reloaded", changes: NOTHING };
    const reading = await source.read(prepared.folder, origin);
    if (reading.type === "failed") return { type: "failed", message: problemsAsText(reading) };
    noteNotServed(reading);
    const outcome = await serve(reading.model);
    if (outcome.type === "reloaded") served.digest = prepared.digest;
    return outcome;
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
