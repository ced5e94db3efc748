import type { AppModel } from "../assembly/model.ts";
import type { EventSourcesOptions } from "../events/event-sources.ts";
import type { DatabaseRights } from "../faults/database-proxy.ts";
import { databaseRefusal } from "../rights/database-rights.ts";
import { createRights, unjudged } from "../rights/rights.ts";
import { sentenceOf } from "../rights/sentences.ts";
import { refusalOfRequest, type RefusalOf } from "../rights/service-rights.ts";
import { sourceRefusal } from "../rights/source-rights.ts";
import type { Terminal } from "./terminal.ts";

/** What functions may do, as each service asks for it; who is refused is told of. */
export interface OpenRights {
  readonly database: DatabaseRights;
  readonly refusalOf: RefusalOf;
  readonly source: NonNullable<EventSourcesOptions["refusalOf"]>;
}

export function openRights({
  model,
  terminal,
}: {
  readonly model: () => AppModel;
  readonly terminal: Pick<Terminal, "events" | "info">;
}): OpenRights {
  for (const sentence of unjudged(model())) terminal.info(sentence);
  const rights = createRights({
    model,
    onRefusal: (refusal) => {
      terminal.events({ level: "warning", source: "rights", message: sentenceOf(refusal) });
    },
  });
  return {
    database: (headers, operation, accesses) => {
      const caller = rights.ofRequest(headers);
      return caller && databaseRefusal(caller, operation, accesses, model());
    },
    refusalOf: refusalOfRequest(rights),
    source: (source, served) => sourceRefusal(rights, source, served),
  };
}
