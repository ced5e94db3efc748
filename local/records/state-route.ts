import type { AppModel } from "../assembly/model.ts";
import type { Faults } from "../faults/faults.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { LocalRoute } from "../gateway/local-routes.ts";
import { answerJson } from "../serving/request-body.ts";
import type { Records } from "./records.ts";

/** `GET /_local/state`: what the local cloud serves and has served, in one look. */
export function stateRoute(parts: {
  readonly model: () => AppModel;
  readonly records: Records;
  readonly faults: Faults;
  readonly connections: () => Pick<Gateway["connections"], "all">;
}): LocalRoute {
  return (_req, res) => {
    const { functions, tables } = parts.model();
    answerJson(res, 200, {
      functions: parts.records.functions(functions),
      connections: parts
        .connections()
        .all()
        .map(({ facts, lastActiveAt }) => ({
          id: facts.id,
          connectedAt: new Date(facts.connectedAt).toISOString(),
          user: facts.authorizer?.principalId ?? null,
          lastActiveAt: new Date(lastActiveAt).toISOString(),
        })),
      requests: parts.records.requests(),
      faults: parts.faults.current(),
      tables: tables.map(({ name, key }) => ({ name, key: key.map((part) => part.name) })),
    });
  };
}
