import { fieldsListOf, fieldsOf, flagOf, numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { EventSourceModel, FunctionModel, QueueModel, TableModel } from "./model.ts";
import { functionBehind } from "./read-functions.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

interface Known {
  readonly functions: readonly FunctionModel[];
  readonly tables: readonly TableModel[];
  readonly queues: readonly QueueModel[];
}

export function readEventSources(resources: Resources, known: Known): EventSourceModel[] {
  const sources: EventSourceModel[] = [];
  for (const resource of resources.ofType("AWS::Lambda::EventSourceMapping")) {
    const fields = resources.fieldsOf(resource);
    if (flagOf(fields, "Enabled") === false) continue;
    const target = functionBehind(textOf(fields, "FunctionName"), known.functions);
    if (target === undefined) {
      resources.report(resource, "its function is not one of the assembly's.");
      continue;
    }
    const source = sourceOf(resources, resource, fields, target.id, known);
    if (source !== undefined) sources.push(source);
  }
  return sources;
}

function sourceOf(
  resources: Resources,
  resource: Resource,
  fields: Fields,
  functionId: string,
  { tables, queues }: Known,
): EventSourceModel | undefined {
  const arn = textOf(fields, "EventSourceArn") ?? "";
  const shared = {
    id: resource.key,
    functionId,
    batchWindowSeconds: numberOf(fields, "MaximumBatchingWindowInSeconds") ?? 0,
    filters: filtersOf(resources, resource, fields),
    reportItemFailures: textsOf(fields, "FunctionResponseTypes").includes("ReportBatchItemFailures"),
  };
  const queue = queues.find((candidate) => candidate.arn === arn);
  if (queue !== undefined) {
    const maxConcurrency = numberOf(fieldsOf(fields, "ScalingConfig") ?? {}, "MaximumConcurrency");
    return {
      type: "queue",
      ...shared,
      queueId: queue.id,
      batchSize: numberOf(fields, "BatchSize") ?? 10,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    };
  }
  const table = tables.find((candidate) => arn.startsWith(`${candidate.arn}/stream/`));
  if (table === undefined) {
    resources.report(resource, "it reads neither a table's stream nor a queue of this assembly.");
    return undefined;
  }
  if (table.streamView === undefined) {
    resources.report(resource, `it reads the stream of ${table.name}, which has none.`);
    return undefined;
  }
  const onFailure = textOf(
    fieldsOf(fieldsOf(fields, "DestinationConfig") ?? {}, "OnFailure") ?? {},
    "Destination",
  );
  if (onFailure !== undefined && !queues.some((candidate) => candidate.arn === onFailure)) {
    resources.report(resource, "its on-failure destination is not a queue of this assembly.");
  }
  const startingPosition = textOf(fields, "StartingPosition");
  if (startingPosition !== "TRIM_HORIZON" && startingPosition !== "LATEST") {
    resources.report(
      resource,
      `the starting position ${startingPosition ?? "(none)"} is not served locally.`,
    );
    return undefined;
  }
  const parallelization = numberOf(fields, "ParallelizationFactor");
  const maxRetries = limitOf(fields, "MaximumRetryAttempts");
  const maxRecordAgeSeconds = limitOf(fields, "MaximumRecordAgeInSeconds");
  return {
    type: "stream",
    ...shared,
    tableId: table.id,
    batchSize: numberOf(fields, "BatchSize") ?? 100,
    startingPosition,
    ...(parallelization === undefined ? {} : { parallelization }),
    bisectOnError: flagOf(fields, "BisectBatchOnFunctionError") ?? false,
    ...(maxRetries === undefined ? {} : { maxRetries }),
    ...(maxRecordAgeSeconds === undefined ? {} : { maxRecordAgeSeconds }),
    ...(onFailure === undefined ? {} : { onFailureQueueArn: onFailure }),
  };
}

/** −1 means without limit, as does absence. */
function limitOf(fields: Fields, key: string): number | undefined {
  const value = numberOf(fields, key);
  return value === undefined || value < 0 ? undefined : value;
}

function filtersOf(resources: Resources, resource: Resource, fields: Fields): unknown[] {
  const filters: unknown[] = [];
  for (const filter of fieldsListOf(fieldsOf(fields, "FilterCriteria") ?? {}, "Filters")) {
    const pattern = textOf(filter, "Pattern") ?? "";
    try {
      filters.push(JSON.parse(pattern));
    } catch {
      resources.report(resource, `its filter pattern ${pattern} is not JSON.`);
    }
  }
  return filters;
}
