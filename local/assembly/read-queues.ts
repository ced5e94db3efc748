import { fieldsOf, isFields, numberOf, textOf, type Fields } from "./fields.ts";
import type { QueueModel } from "./model.ts";
import type { Resources } from "./resources.ts";

export function readQueues(resources: Resources): QueueModel[] {
  return resources.ofType("AWS::SQS::Queue").map((resource) => {
    const fields = resources.fieldsOf(resource);
    const redrive = redriveOf(fields);
    return {
      id: resource.key,
      name: resources.nameOf(resource),
      arn: resources.arnOf(resource),
      delaySeconds: numberOf(fields, "DelaySeconds") ?? 0,
      visibilityTimeoutSeconds: numberOf(fields, "VisibilityTimeout") ?? 30,
      retentionSeconds: numberOf(fields, "MessageRetentionPeriod") ?? 345_600,
      ...(redrive === undefined ? {} : { redrive }),
    };
  });
}

function redriveOf(fields: Fields): QueueModel["redrive"] {
  const policy = parsedPolicy(fields);
  const deadLetterArn = policy && textOf(policy, "deadLetterTargetArn");
  if (policy === undefined || deadLetterArn === undefined) return undefined;
  return { deadLetterArn, maxReceiveCount: numberOf(policy, "maxReceiveCount") ?? 10 };
}

function parsedPolicy(fields: Fields): Fields | undefined {
  const text = textOf(fields, "RedrivePolicy");
  if (text === undefined) return fieldsOf(fields, "RedrivePolicy");
  const parsed: unknown = JSON.parse(text);
  return isFields(parsed) ? parsed : undefined;
}
