import { fieldsListOf, fieldsOf, textMapOf, textOf, type Fields } from "./fields.ts";
import type { EventInputModel, EventRuleModel } from "./messaging-model.ts";
import { unservedOperators } from "./pattern-operators.ts";
import { destinationBehind, type Destinations } from "./read-destinations.ts";
import { reportTargetProperties } from "./read-schedules.ts";
import type { Resources } from "./resources.ts";

const INPUT_PROPERTIES = new Set(["InputPath", "InputTransformer"]);

/** The rules that act on events; what acts at times is a schedule. */
export function readEventRules(resources: Resources, known: Destinations): EventRuleModel[] {
  return resources.ofType("AWS::Events::Rule").flatMap((resource) => {
    const fields = resources.fieldsOf(resource);
    const pattern = fieldsOf(fields, "EventPattern");
    if (pattern === undefined) return [];
    for (const operator of unservedOperators(pattern)) {
      resources.report(resource, `the operator ${operator} of its pattern is not served locally.`);
    }
    const bus = textOf(fields, "EventBusName") ?? "default";
    return [
      {
        id: resource.key,
        name: resources.nameOf(resource),
        arn: resources.arnOf(resource),
        busName: bus.replace(/^.*\//, ""),
        pattern,
        enabled: textOf(fields, "State") !== "DISABLED",
        targets: fieldsListOf(fields, "Targets").flatMap((target) => {
          const destination = destinationBehind(textOf(target, "Arn"), known);
          if (destination === undefined) {
            resources.report(resource, "its target is not a function, queue or topic of this assembly.");
            return [];
          }
          reportTargetProperties(resources, resource, target, INPUT_PROPERTIES);
          return [{ destination, input: inputOf(target) }];
        }),
      },
    ];
  });
}

export const readEventBuses = (resources: Resources): string[] =>
  resources.ofType("AWS::Events::EventBus").map((resource) => {
    resources.fieldsOf(resource);
    return resources.nameOf(resource);
  });

function inputOf(target: Fields): EventInputModel {
  const text = textOf(target, "Input");
  if (text !== undefined) return { type: "constant", text };
  const path = textOf(target, "InputPath");
  if (path !== undefined) return { type: "path", path };
  const transformer = fieldsOf(target, "InputTransformer");
  if (transformer === undefined) return { type: "event" };
  const template = textOf(transformer, "InputTemplate") ?? "";
  return { type: "template", paths: textMapOf(transformer, "InputPathsMap"), template };
}
