import { fieldsListOf, fieldsOf, flagOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { KeyPart, TableModel } from "./model.ts";
import type { Resources } from "./resources.ts";

type Attribute = TableModel["attributes"][number];
type Index = TableModel["indexes"][number];

export function readTables(resources: Resources): TableModel[] {
  return resources.ofType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable").map((resource) => {
    const fields = resources.fieldsOf(resource);
    if (fieldsListOf(fields, "Replicas").length > 1) {
      resources.report(resource, "replicas in further regions are not served locally.");
    }
    const streamView = textOf(fieldsOf(fields, "StreamSpecification") ?? {}, "StreamViewType");
    const ttl = fieldsOf(fields, "TimeToLiveSpecification") ?? {};
    const ttlAttribute = flagOf(ttl, "Enabled") === true ? textOf(ttl, "AttributeName") : undefined;
    return {
      id: resource.key,
      name: resources.nameOf(resource),
      arn: resources.arnOf(resource),
      attributes: fieldsListOf(fields, "AttributeDefinitions").map((attribute) => ({
        name: textOf(attribute, "AttributeName") ?? "",
        type: textOf(attribute, "AttributeType") as Attribute["type"],
      })),
      key: keyOf(fields),
      indexes: fieldsListOf(fields, "GlobalSecondaryIndexes").map((index) => ({
        name: textOf(index, "IndexName") ?? "",
        key: keyOf(index),
        projection: projectionOf(fieldsOf(index, "Projection") ?? {}),
      })),
      ...(streamView === undefined
        ? {}
        : { streamView: streamView as NonNullable<TableModel["streamView"]> }),
      ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    };
  });
}

const keyOf = (fields: Fields): KeyPart[] =>
  fieldsListOf(fields, "KeySchema").map((part) => ({
    name: textOf(part, "AttributeName") ?? "",
    role: textOf(part, "KeyType") as KeyPart["role"],
  }));

function projectionOf(fields: Fields): Index["projection"] {
  const type = (textOf(fields, "ProjectionType") ?? "ALL") as Index["projection"]["type"];
  const attributes = textsOf(fields, "NonKeyAttributes");
  return attributes.length === 0 ? { type } : { type, attributes };
}
