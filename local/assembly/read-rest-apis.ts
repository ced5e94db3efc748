import { fieldsOf, flagOf, numberOf, textMapOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { FunctionModel } from "./model.ts";
import type { ApiPart } from "./read-apis.ts";
import { functionBehind } from "./read-functions.ts";
import { restAuthorizerOf } from "./read-rest-authorizers.ts";
import { quotedTexts, restMockOf } from "./read-rest-mocks.ts";
import type { Resources } from "./resources.ts";
import type { RestApiModel, RestIntegrationModel, RestMethodModel } from "./rest-model.ts";
import type { StandIns } from "./stand-ins.ts";

/** API Gateway's default, and its limit without a quota increase. */
const INTEGRATION_TIMEOUT_MS = 29_000;

export function readRestApis(
  resources: Resources,
  functions: readonly FunctionModel[],
  standIns: StandIns,
): RestApiModel[] {
  return resources.ofType("AWS::ApiGateway::RestApi").flatMap((resource) => {
    const fields = resources.fieldsOf(resource);
    const apiId = resources.nameOf(resource);
    const partsOf = (kind: string): ApiPart[] =>
      resources
        .ofType(`AWS::ApiGateway::${kind}`)
        .map((part) => ({ resource: part, fields: resources.fieldsOf(part) }))
        .filter((part) => textOf(part.fields, "RestApiId") === apiId);

    const stages = partsOf("Stage");
    const [stage] = stages;
    if (stage === undefined || stages.length > 1) {
      resources.report(resource, `it has ${stages.length} stages; one is served locally.`);
    }
    if (stage === undefined) return [];
    const name = textOf(stage.fields, "StageName") ?? "";
    const pathOf = pathsBelow(resources, partsOf("Resource"));
    const authorizers = partsOf("Authorizer");
    return [
      {
        id: resource.key,
        apiId,
        stage: name,
        deploymentId: textOf(stage.fields, "DeploymentId") ?? "",
        basePath: `${resources.restPrefixOf(apiId)}/${name}`,
        stageVariables: textMapOf(stage.fields, "Variables"),
        binaryMediaTypes: textsOf(fields, "BinaryMediaTypes"),
        methods: partsOf("Method").map((method) =>
          methodOf(resources, method, pathOf, authorizers, functions, standIns),
        ),
        gatewayResponses: gatewayResponsesOf(resources, partsOf("GatewayResponse")),
      },
    ];
  });
}

/** `/users/{id}` for the id of a resource; `/` for what is none: the API's root. */
function pathsBelow(resources: Resources, parts: readonly ApiPart[]): (resourceId: string) => string {
  const byId = new Map(parts.map((part) => [resources.nameOf(part.resource), part.fields]));
  const partsOf = (id: string): string[] => {
    const fields = byId.get(id);
    if (fields === undefined) return [];
    return [...partsOf(textOf(fields, "ParentId") ?? ""), textOf(fields, "PathPart") ?? ""];
  };
  return (id) => `/${partsOf(id).join("/")}`;
}

function methodOf(
  resources: Resources,
  { resource, fields }: ApiPart,
  pathOf: (resourceId: string) => string,
  authorizers: readonly ApiPart[],
  functions: readonly FunctionModel[],
  standIns: StandIns,
): RestMethodModel {
  const resourceId = textOf(fields, "ResourceId") ?? "";
  const route = { routeKey: `${textOf(fields, "HttpMethod") ?? ""} ${pathOf(resourceId)}`, resourceId };
  const failing = (sentence: string): RestMethodModel => {
    const { id: functionId } = standIns.instead(resource, sentence);
    return { ...route, integration: { type: "function", functionId, timeoutMs: INTEGRATION_TIMEOUT_MS } };
  };
  if (flagOf(fields, "ApiKeyRequired") === true) return failing("API keys are not served locally.");
  const integration = integrationOf(fields, functions);
  if (typeof integration === "string") return failing(integration);
  const authorization = restAuthorizerOf(resources, fields, authorizers, functions);
  switch (authorization.type) {
    case "none":
      return { ...route, integration };
    case "refused":
      return failing(authorization.sentence);
    case "authorizer":
      return { ...route, integration, authorizer: authorization.authorizer };
  }
}

/** A sentence where it is not served. */
function integrationOf(method: Fields, functions: readonly FunctionModel[]): RestIntegrationModel | string {
  const fields = fieldsOf(method, "Integration") ?? {};
  switch (textOf(fields, "Type")) {
    case "AWS_PROXY": {
      const called = functionBehind(textOf(fields, "Uri"), functions);
      if (called === undefined) return "its integration is not a function of this assembly.";
      const timeoutMs = numberOf(fields, "TimeoutInMillis") ?? INTEGRATION_TIMEOUT_MS;
      return { type: "function", functionId: called.id, timeoutMs };
    }
    case "MOCK":
      return restMockOf(fields);
    default:
      return `the integration type ${textOf(fields, "Type") ?? "(none)"} is not served locally, only AWS_PROXY and MOCK are.`;
  }
}

function gatewayResponsesOf(
  resources: Resources,
  parts: readonly ApiPart[],
): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const { resource, fields } of parts) {
    const headers = quotedTexts(textMapOf(fields, "ResponseParameters"), "gatewayresponse.header.");
    if (headers === null || fieldsOf(fields, "ResponseTemplates") !== undefined) {
      resources.report(resource, "only fixed headers of a gateway response are served locally.");
    }
    found[textOf(fields, "ResponseType") ?? ""] = headers ?? {};
  }
  return found;
}
