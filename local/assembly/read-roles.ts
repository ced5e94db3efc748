import { fieldsListOf, fieldsOf, isFields, textOf, textsOf, type Fields } from "./fields.ts";
import type { RoleModel, StatementModel } from "./model.ts";
import type { Resources } from "./resources.ts";
import { statementsOfManaged } from "./managed-policies.ts";

/** The role with this ARN and all that its policies say; undefined where the app does not make it. */
export function readRoles(resources: Resources): (arn: string | undefined) => RoleModel | undefined {
  const policies = resources
    .ofType("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy")
    .map((resource) => ({ arn: resources.arnOf(resource), fields: resources.valuesOf(resource) }));
  const roles = resources.ofType("AWS::IAM::Role").map((resource): RoleModel => {
    const fields = resources.valuesOf(resource);
    const name = resources.nameOf(resource);
    const managed = textsOf(fields, "ManagedPolicyArns");
    const attached = policies.filter(
      ({ arn, fields: policy }) =>
        [...textsOf(policy, "Roles"), textOf(policy, "RoleName")].includes(name) || managed.includes(arn),
    );
    const own = [...fieldsListOf(fields, "Policies"), ...attached.map((policy) => policy.fields)];
    const known = new Set(policies.map(({ arn }) => arn));
    const foreign = managed.filter((arn) => !known.has(arn));
    const unread = [
      ...foreign.filter((arn) => statementsOfManaged(arn) === undefined),
      ...(fields["PermissionsBoundary"] === undefined ? [] : ["its permissions boundary"]),
    ];
    return {
      arn: resources.arnOf(resource),
      name,
      statements: [
        ...own.flatMap(documentOf).map(statementOf),
        ...foreign.flatMap((arn) => statementsOfManaged(arn) ?? []),
      ],
      unread,
    };
  });
  return (arn) => roles.find((role) => role.arn === arn);
}

const documentOf = (policy: Fields): readonly Fields[] =>
  fieldsListOf(fieldsOf(policy, "PolicyDocument") ?? {}, "Statement");

function statementOf(fields: Fields): StatementModel {
  const condition = fieldsOf(fields, "Condition") ?? {};
  return {
    effect: textOf(fields, "Effect") === "Deny" ? "Deny" : "Allow",
    actions: textsOf(fields, "Action"),
    notActions: textsOf(fields, "NotAction"),
    resources: textsOf(fields, "Resource"),
    notResources: textsOf(fields, "NotResource"),
    conditions: Object.entries(condition).flatMap(([operator, keys]) =>
      isFields(keys) ? Object.keys(keys).map((key) => ({ operator, key, values: valuesOf(keys[key]) })) : [],
    ),
  };
}

const valuesOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map(String);
