import { isFields, type Fields } from "./fields.ts";
import {
  attributeOf,
  constructPath,
  DNS_SUFFIX,
  inventedAttribute,
  physicalName,
  refOf,
  type Environment,
} from "./identities.ts";
import { evaluate, type Scope } from "./intrinsics.ts";
import { localizer, restPrefixes } from "./localizer.ts";
import type { Resource } from "./resource.ts";
import { NOTHING_TO_SERVE, SERVED_TYPES } from "./resource-types.ts";
import type { StackFiles } from "./template.ts";

/** Where this machine serves the services: no trailing slashes. */
export interface LocalOrigin {
  /** `http://127.0.0.1:3000`. */
  readonly httpUrl: string;
  readonly databaseUrl: string;
  /** `http://127.0.0.1:3000/_aws/sqs`. */
  readonly queueUrl: string;
}

/** What is not served of a resource, in sentences. */
export type Problems = ReadonlyMap<Resource, ReadonlySet<string>>;

/** The resources of all stacks, with their references resolved and what cannot be served collected. */
export interface Resources extends Environment {
  readonly all: readonly Resource[];
  readonly problems: Problems;
  ofType(...types: string[]): readonly Resource[];
  /** Its name as CloudFormation's `Ref` knows it. */
  nameOf(resource: Resource): string;
  arnOf(resource: Resource): string;
  /** Properties with every intrinsic resolved and every endpoint replaced by the local one. */
  fieldsOf(resource: Resource): Fields;
  /** The same of a resource that is not served itself; what cannot be resolved is absent. */
  valuesOf(resource: Resource): Fields;
  /** What stands before the stage in the path of a REST API. */
  restPrefixOf(apiId: string): string;
  report(resource: Resource, sentence: string): void;
  /** What the stacks give out, as far as it can be resolved; not what they only pass to each other. */
  outputs(): readonly Output[];
}

export interface Output {
  /** `Stack.Output`. */
  readonly name: string;
  readonly value: string;
}

export function indexResources(stacks: readonly StackFiles[], origin: LocalOrigin): Resources {
  const at: Environment = {
    region: stacks.map(({ region }) => region).find(isPresent) ?? "us-east-1",
    accountId: stacks.map(({ accountId }) => accountId).find(isPresent) ?? "000000000000",
  };
  const problems = new Map<Resource, Set<string>>();
  const report = (resource: Resource, sentence: string): void => {
    const sentences = problems.get(resource) ?? new Set();
    problems.set(resource, sentences.add(sentence));
  };

  const byStack = new Map<StackFiles, Map<string, Resource>>();
  for (const stack of stacks) {
    const known = new Map<string, Resource>();
    byStack.set(stack, known);
    for (const [logicalId, raw] of Object.entries(stack.template.Resources ?? {})) {
      known.set(logicalId, {
        key: `${stack.name}-${logicalId}`,
        logicalId,
        stack,
        type: raw.Type,
        path: constructPath(stack.name, logicalId, raw.Metadata),
        properties: raw.Properties ?? {},
      });
    }
  }

  const exported = new Map<string, { readonly stack: StackFiles; readonly value: unknown }>();
  const scopeOf = (stack: StackFiles, unresolved: (what: string) => undefined): Scope => {
    const scope: Scope = {
      unresolved,
      ref: (logicalId) => {
        const pseudo = PSEUDO.get(logicalId);
        if (pseudo !== undefined) return pseudo(at, stack);
        if (logicalId === "AWS::NoValue") return undefined;
        const resource = byStack.get(stack)?.get(logicalId);
        if (resource !== undefined) return refOf(resource, nameOf(resource), at, origin.queueUrl);
        const parameter = stack.template.Parameters?.[logicalId];
        const { Type: type = "", Default: value } = parameter ?? {};
        if (type.startsWith("AWS::SSM::")) return stored(value) ?? unresolved(`Ref ${logicalId}`);
        if (value === undefined) return unresolved(`Ref ${logicalId}`);
        return type === "CommaDelimitedList" && typeof value === "string" ? value.split(",") : value;
      },
      attribute: (logicalId, attribute) => {
        const resource = byStack.get(stack)?.get(logicalId);
        if (resource === undefined) return unresolved(`Fn::GetAtt ${logicalId}.${attribute}`);
        if (resource.type === "AWS::SSM::Parameter" && /^(Type|Value)$/.test(attribute)) {
          return evaluate(resource.properties[attribute], scope);
        }
        return (
          attributeOf(resource, attribute, nameOf(resource), at, origin.queueUrl) ??
          (isUnserved(resource) ? inventedAttribute(resource, attribute, nameOf(resource), at) : undefined) ??
          unresolved(`Fn::GetAtt ${logicalId}.${attribute}`)
        );
      },
      importValue: (name) => {
        const source = exported.get(name);
        if (source === undefined) return unresolved(`Fn::ImportValue ${name}`);
        return evaluate(source.value, scopeOf(source.stack, unresolved));
      },
      condition: (name) => evaluate(stack.template.Conditions?.[name], scope),
      mapping: (map, first, second) =>
        stack.template.Mappings?.[map]?.[first]?.[second] ?? unresolved(`Fn::FindInMap ${map}`),
    };
    return scope;
  };
  const silent = (): undefined => undefined;
  for (const stack of stacks) {
    const scope = scopeOf(stack, silent);
    for (const { Export, Value } of Object.values(stack.template.Outputs ?? {})) {
      const name = Export && evaluate(Export.Name, scope);
      if (typeof name === "string") exported.set(name, { stack, value: Value });
    }
  }

  /** The value of a parameter in the store, where the app itself puts it there. */
  function stored(name: unknown): unknown {
    const declared = [...byStack.values()].flatMap((known) => [...known.values()]);
    const found = declared.find(
      ({ type, properties }) => type === "AWS::SSM::Parameter" && properties["Name"] === name,
    );
    return found && evaluate(found.properties["Value"], scopeOf(found.stack, silent));
  }

  const names = new Map<string, string>();
  function nameOf(resource: Resource): string {
    const name =
      names.get(resource.key) ??
      physicalName(resource, (value) => evaluate(value, scopeOf(resource.stack, silent)));
    names.set(resource.key, name);
    return name;
  }

  const all = [...byStack.values()]
    .flatMap((known) => [...known.values()])
    .filter((resource) => {
      const condition = resource.stack.template.Resources?.[resource.logicalId]?.Condition;
      return condition === undefined || scopeOf(resource.stack, silent).condition(condition) === true;
    });
  for (const resource of all) {
    if (isUnserved(resource)) report(resource, "this type of resource is not served locally.");
  }
  const restPrefixOf = restPrefixes(all, nameOf, (stage) =>
    evaluate(stage.properties["RestApiId"], scopeOf(stage.stack, silent)),
  );
  const localize = localizer(all, nameOf, at, origin.httpUrl, restPrefixOf);

  return {
    ...at,
    all,
    problems,
    report,
    outputs: () =>
      stacks.flatMap((stack) =>
        Object.entries(stack.template.Outputs ?? {}).flatMap(([key, { Value, Export }]) => {
          // The CDK's own, for references between stacks.
          if (key.startsWith("ExportsOutput") && Export !== undefined) return [];
          const value = localize(evaluate(Value, scopeOf(stack, silent)));
          return typeof value === "string" ? [{ name: `${stack.name}.${key}`, value }] : [];
        }),
      ),
    nameOf,
    restPrefixOf,
    valuesOf: (resource) => {
      const values = evaluate(resource.properties, scopeOf(resource.stack, silent));
      return isFields(values) ? values : {};
    },
    ofType: (...types) => all.filter(({ type }) => types.includes(type)),
    arnOf: (resource) => attributeOf(resource, "Arn", nameOf(resource), at, origin.queueUrl) ?? "",
    fieldsOf: (resource) => {
      const table = SERVED_TYPES.get(resource.type);
      const fields: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(resource.properties)) {
        if (table?.withoutLocalEffect.includes(name)) continue;
        if (!table?.served.includes(name)) report(resource, `the property ${name} is not served locally.`);
        const scope = scopeOf(resource.stack, (what) => {
          report(resource, `${what}, in its property ${name}, cannot be resolved locally.`);
          return undefined;
        });
        fields[name] = localize(evaluate(value, scope));
      }
      return fields;
    },
  };
}

const PSEUDO: ReadonlyMap<string, (at: Environment, stack: StackFiles) => string> = new Map([
  ["AWS::AccountId", (at: Environment) => at.accountId],
  ["AWS::Partition", () => "aws"],
  ["AWS::Region", (at: Environment) => at.region],
  [
    "AWS::StackId",
    (at: Environment, { name }: StackFiles) =>
      `arn:aws:cloudformation:${at.region}:${at.accountId}:stack/${name}/local`,
  ],
  ["AWS::StackName", (_: Environment, { name }: StackFiles) => name],
  ["AWS::URLSuffix", () => DNS_SUFFIX],
]);

const isUnserved = ({ type }: Resource): boolean => !SERVED_TYPES.has(type) && !NOTHING_TO_SERVE.has(type);

const isPresent = (value: string | undefined): value is string => value !== undefined;
