import { textOf } from "./fields.ts";
import type { ParameterModel } from "./messaging-model.ts";
import type { Resources } from "./resources.ts";

export const readParameters = (resources: Resources): ParameterModel[] =>
  resources.ofType("AWS::SSM::Parameter").map((resource) => {
    const fields = resources.fieldsOf(resource);
    return {
      id: resource.key,
      name: resources.nameOf(resource),
      arn: resources.arnOf(resource),
      type: textOf(fields, "Type") === "StringList" ? "StringList" : "String",
      value: textOf(fields, "Value") ?? "",
    };
  });
