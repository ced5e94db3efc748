import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AppModel, LocalEndpoints } from "./model.ts";
import { readEventSources } from "./read-event-sources.ts";
import { readFunctions, type CodeToWrite } from "./read-functions.ts";
import { readHttpApis } from "./read-http-apis.ts";
import { readQueues } from "./read-queues.ts";
import { readSchedules } from "./read-schedules.ts";
import { readTables } from "./read-tables.ts";
import { readWebSocketApis } from "./read-websocket-apis.ts";
import { indexResources, type LocalOrigin } from "./resources.ts";
import { loadAssembly } from "./template.ts";

export type AssemblyReading =
  | { readonly type: "read"; readonly model: AppModel; readonly endpoints: LocalEndpoints }
  /** Everything that stands in the way, one sentence each. */
  | { readonly type: "failed"; readonly problems: readonly string[] };

/**
 * Reads a cloud assembly (`cdk.out`) into the model the local cloud serves. Whatever the deployed app
 * would have and the local one would not is a problem, never silently left out.
 *
 * @param workFolder where code is written that is given inline in a template, or packed
 */
export async function readAssembly(
  folder: string,
  origin: LocalOrigin,
  workFolder: string,
): Promise<AssemblyReading> {
  const assembly = await loadAssembly(folder);
  if (assembly.type === "failed") return { type: "failed", problems: [assembly.message] };

  const resources = indexResources(assembly.stacks, origin);
  const { functions, codeToWrite } = readFunctions(resources, workFolder);
  const tables = readTables(resources);
  const queues = readQueues(resources);
  const model: AppModel = {
    region: resources.region,
    accountId: resources.accountId,
    functions,
    httpApis: readHttpApis(resources, functions),
    webSocketApis: readWebSocketApis(resources, functions),
    tables,
    queues,
    eventSources: readEventSources(resources, { functions, tables, queues }),
    schedules: readSchedules(resources, functions),
  };
  if (resources.problems.size > 0) return { type: "failed", problems: [...resources.problems] };
  await writeCode(codeToWrite);
  return { type: "read", model, endpoints: endpointsOf(model, origin) };
}

function endpointsOf({ webSocketApis: [api] }: AppModel, origin: LocalOrigin): LocalEndpoints {
  const path = api === undefined ? "" : `/${api.stage}`;
  return {
    ...origin,
    wsUrl: origin.httpUrl.replace(/^http/, "ws") + path,
    managementUrl: origin.httpUrl + path,
  };
}

async function writeCode(codeToWrite: readonly CodeToWrite[]): Promise<void> {
  for (const { folder, files } of codeToWrite) {
    for (const [name, content] of files) {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }
}
