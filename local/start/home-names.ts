import { executeApiHost, DNS_SUFFIX } from "../assembly/identities.ts";
import type { AppModel } from "../assembly/model.ts";
import type { DatabaseProxy } from "../faults/database-proxy.ts";
import type { QueueService } from "../events/queue-service.ts";
import type { ProcessIdentity } from "../functions/function-environment.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { apiDomain } from "../gateway/identifiers.ts";
import { HOST } from "../serving/loopback-server.ts";
import type { DoorHandlers, HomeDoor } from "../serving/home-door.ts";

type Service = "gateway" | "database" | "queues";

/** Which of AWS's names, and of those in events, are served here, and by what. */
function homeNames(model: AppModel): ReadonlyMap<string, Service> {
  const { region } = model;
  const apis = [...model.httpApis, ...model.restApis, ...model.webSocketApis].flatMap(({ apiId }) => [
    apiDomain(apiId),
    executeApiHost(apiId, model),
  ]);
  return new Map<string, Service>([
    ...apis.map((name) => [name, "gateway"] as const),
    [`dynamodb.${region}.${DNS_SUFFIX}`, "database"],
    [`sqs.${region}.${DNS_SUFFIX}`, "queues"],
  ]);
}

/** What stands before the path by which an API is called at its own name: only REST APIs may have it. */
function pathPrefix(model: AppModel, name: string): string {
  const called = model.restApis.find(({ apiId }) =>
    [apiDomain(apiId), executeApiHost(apiId, model)].includes(name),
  );
  return called?.basePath.slice(0, -`/${called.stage}`.length) ?? "";
}

/** What `functions/bootstrap.mjs` takes out of a process's environment again: how its calls of AWS come home. */
export const doorVariables = (
  { port, secret }: HomeDoor,
  model: AppModel,
  { processId }: ProcessIdentity,
): Readonly<Record<string, string>> => ({
  LOCAL_CLOUD_DOOR: JSON.stringify({ port, secret, processId, names: [...homeNames(model).keys()] }),
});

export function serveHomeNames(parts: {
  readonly model: () => AppModel;
  readonly gateway: Gateway;
  readonly database: Pick<DatabaseProxy, "handleRequest">;
  readonly queues: QueueService;
}): DoorHandlers {
  const { model, gateway, database, queues } = parts;
  return {
    handleRequest: ({ processId, name }, request, response) => {
      // A name of AWS's is of this machine for whoever has come in by the door.
      request.headers.host = HOST;
      switch (homeNames(model()).get(name)) {
        case "gateway":
          request.url = `${pathPrefix(model(), name)}${request.url ?? "/"}`;
          return gateway.handleRequest(request, response);
        case "database":
          request.url = `/${processId}`;
          return database.handleRequest(request, response);
        case "queues":
          return queues.handleRequest(request, response);
        case undefined:
          // The API has gone in a reload.
          request.socket.destroy();
      }
    },
    handleUpgrade: ({ name }, request, socket, head) => {
      if (homeNames(model()).get(name) === "gateway") gateway.handleUpgrade(request, socket, head);
      else socket.destroy();
    },
  };
}
