import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AppModel, LocalEndpoints } from "./model.ts";
import { readEventBuses, readEventRules } from "./read-event-rules.ts";
import { readEventSources } from "./read-event-sources.ts";
import { readFunctions } from "./read-functions.ts";
import { readHttpApis } from "./read-http-apis.ts";
import { readParameters } from "./read-parameters.ts";
import { readQueues } from "./read-queues.ts";
import { readRestApis } from "./read-rest-apis.ts";
import { readSchedules } from "./read-schedules.ts";
import { readTables } from "./read-tables.ts";
import { readTopics } from "./read-topics.ts";
import { readWebSocketApis } from "./read-websocket-apis.ts";
import { notServedLines, passedOver, problemSentences } from "./not-served.ts";
import { indexResources, type LocalOrigin, type Output } from "./resources.ts";
import { createStandIns, type CodeToWrite } from "./stand-ins.ts";
import { loadAssembly } from "./template.ts";

export type AssemblyReading =
  | ReadAssembly
  | {
      readonly type: "failed";
      /** Everything that stands in the way, one sentence each. */
      readonly problems: readonly string[];
      /** Whether the rest of the app could be served. */
      readonly restServable: boolean;
    };

export interface ReadAssembly {
  readonly type: "read";
  readonly model: AppModel;
  readonly endpoints: LocalEndpoints;
  readonly outputs: readonly Output[];
  /** A line for each resource that is not served, or not wholly; none unless the rest is served. */
  readonly notServed: readonly string[];
  /** How many there are of each type that has nothing to serve: `2 AWS::IAM::Policy`. */
  readonly passedOver: readonly string[];
}

/**
 * Reads a cloud assembly (`cdk.out`) into the model the local cloud serves. Whatever the deployed app
 * would have and the local one would not is a problem, never silently left out.
 *
 * @param workFolder where code is written that is given inline in a template, or packed
 * @param serveTheRest goes past the problems: what is behind one fails when it is used
 */
export async function readAssembly(
  folder: string,
  origin: LocalOrigin,
  workFolder: string,
  { serveTheRest = false } = {},
): Promise<AssemblyReading> {
  const assembly = await loadAssembly(folder);
  if (assembly.type === "failed")
    return { type: "failed", problems: [assembly.message], restServable: false };

  const resources = indexResources(assembly.stacks, origin);
  const standIns = createStandIns(resources, workFolder);
  const { functions, codeToWrite } = readFunctions(resources, workFolder, standIns);
  const tables = readTables(resources);
  const queues = readQueues(resources);
  const topics = readTopics(resources, { functions, queues });
  const destinations = { functions, queues, topicArns: topics.map(({ arn }) => arn) };
  const model: AppModel = {
    region: resources.region,
    accountId: resources.accountId,
    httpApis: readHttpApis(resources, functions, standIns),
    restApis: readRestApis(resources, functions, standIns),
    webSocketApis: readWebSocketApis(resources, functions, standIns),
    tables,
    queues,
    eventSources: readEventSources(resources, { functions, tables, queues }),
    schedules: readSchedules(resources, destinations),
    topics,
    eventBuses: readEventBuses(resources),
    eventRules: readEventRules(resources, destinations),
    parameters: readParameters(resources),
    functions: [...new Set([...functions, ...standIns.made])],
  };
  const { all, problems } = resources;
  if (problems.size > 0 && !serveTheRest) {
    return { type: "failed", problems: problemSentences(problems), restServable: true };
  }
  await writeCode([...codeToWrite, ...standIns.codeToWrite]);
  return {
    type: "read",
    model,
    endpoints: endpointsOf(model, origin),
    outputs: resources.outputs(),
    notServed: notServedLines(all, problems),
    passedOver: passedOver(all),
  };
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
