import { fieldsOf, numberOf, textMapOf, textOf, textsOf, type Fields } from "./fields.ts";
import type {
  FunctionModel,
  LambdaAuthorizerModel,
  RequestModelModel,
  WebSocketApiModel,
  WebSocketIntegrationModel,
  WebSocketRouteModel,
} from "./model.ts";
import { partsOfApi, type ApiPart, type ApiParts } from "./read-apis.ts";
import { functionBehind } from "./read-functions.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import type { StandIns } from "./stand-ins.ts";

/** API Gateway's own limit, and its default. */
const INTEGRATION_TIMEOUT_MS = 29_000;

export function readWebSocketApis(
  resources: Resources,
  functions: readonly FunctionModel[],
  standIns: StandIns,
): WebSocketApiModel[] {
  const apis: WebSocketApiModel[] = [];
  for (const resource of resources.ofType("AWS::ApiGatewayV2::Api")) {
    const fields = resources.fieldsOf(resource);
    if (textOf(fields, "ProtocolType") !== "WEBSOCKET") continue;
    if (apis.length > 0) {
      resources.report(resource, "a second WebSocket API is not served locally.");
      continue;
    }
    const parts = partsOfApi(resources, resource);
    apis.push({
      id: resource.key,
      apiId: resources.nameOf(resource),
      stage: parts.stage ?? "",
      routeSelectionExpression: textOf(fields, "RouteSelectionExpression") ?? "",
      routes: parts.routes.map((route) => routeOf(resources, route, parts, functions, standIns)),
    });
  }
  return apis;
}

function routeOf(
  resources: Resources,
  route: ApiPart,
  parts: ApiParts,
  functions: readonly FunctionModel[],
  standIns: StandIns,
): WebSocketRouteModel {
  const authorization = authorizerOf(route, parts, functions);
  const integration =
    authorization.type === "refused"
      ? failing(standIns, route.resource, authorization.sentence)
      : integrationOf(resources, route, parts, functions, standIns);
  const routeId = resources.nameOf(route.resource);
  const response = parts.routeResponses.some(
    ({ fields }) =>
      textOf(fields, "RouteId") === routeId && textOf(fields, "RouteResponseKey") === "$default",
  );
  return {
    routeKey: textOf(route.fields, "RouteKey") ?? "",
    integration,
    // Without its selection expression the route stays one-way, whatever responses it has.
    hasRouteResponse: response && textOf(route.fields, "RouteResponseSelectionExpression") === "$default",
    ...(authorization.type === "function" ? { authorizer: authorization.authorizer } : {}),
    ...requestModelOf(resources, route, parts),
  };
}

const failing = (standIns: StandIns, resource: Resource, sentence: string): WebSocketIntegrationModel => ({
  type: "function",
  functionId: standIns.instead(resource, sentence).id,
  timeoutMs: INTEGRATION_TIMEOUT_MS,
});

function integrationOf(
  resources: Resources,
  route: ApiPart,
  parts: ApiParts,
  functions: readonly FunctionModel[],
  standIns: StandIns,
): WebSocketIntegrationModel {
  const integration = parts.integrationOf(route.fields);
  const type = integration && textOf(integration.fields, "IntegrationType");
  if (integration !== undefined && type === "MOCK") {
    const id = resources.nameOf(integration.resource);
    return {
      type: "mock",
      ...selectionOf(integration.fields),
      requestTemplates: textMapOf(integration.fields, "RequestTemplates"),
      responses: parts.integrationResponses
        .filter(({ fields }) => textOf(fields, "IntegrationId") === id)
        .map(({ fields }) => ({
          responseKey: textOf(fields, "IntegrationResponseKey") ?? "",
          ...selectionOf(fields),
          templates: textMapOf(fields, "ResponseTemplates"),
        })),
    };
  }
  const called = integration && functionBehind(textOf(integration.fields, "IntegrationUri"), functions);
  if (integration === undefined || type !== "AWS_PROXY" || called === undefined) {
    const sentence = "its integration is neither a function of this assembly nor a mock.";
    return failing(standIns, route.resource, sentence);
  }
  return {
    type: "function",
    functionId: called.id,
    timeoutMs: numberOf(integration.fields, "TimeoutInMillis") ?? INTEGRATION_TIMEOUT_MS,
  };
}

function requestModelOf(
  resources: Resources,
  { resource, fields }: ApiPart,
  parts: ApiParts,
): { requestModel?: RequestModelModel } {
  const names = textMapOf(fields, "RequestModels");
  if (Object.keys(names).length === 0) return {};
  const schemas: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(names)) {
    const model = parts.models.find((candidate) => textOf(candidate.fields, "Name") === name);
    const schema = model && schemaOf(model.fields);
    if (schema === undefined) {
      resources.report(resource, `its request model ${name} is no model of the API with a JSON schema.`);
      return {};
    }
    schemas[key] = schema;
  }
  const selectionExpression = textOf(fields, "ModelSelectionExpression") ?? "$default";
  return { requestModel: { selectionExpression, schemas } };
}

/** CloudFormation takes a schema as an object or as its text. */
function schemaOf(fields: Fields): unknown {
  const text = textOf(fields, "Schema");
  if (text === undefined) return fieldsOf(fields, "Schema");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

type Authorization =
  | { readonly type: "none" }
  | { readonly type: "function"; readonly authorizer: LambdaAuthorizerModel }
  | { readonly type: "refused"; readonly sentence: string };

function authorizerOf(
  { fields }: ApiPart,
  parts: ApiParts,
  functions: readonly FunctionModel[],
): Authorization {
  const type = textOf(fields, "AuthorizationType") ?? "NONE";
  if (type === "NONE") return { type: "none" };
  const authorizer = parts.authorizerOf(fields);
  const called = authorizer && functionBehind(textOf(authorizer.fields, "AuthorizerUri"), functions);
  if (type !== "CUSTOM" || authorizer === undefined || called === undefined) {
    return {
      type: "refused",
      sentence: `the authorization ${type} is not served locally on a WebSocket API, only a function of this assembly is.`,
    };
  }
  const identitySource = textsOf(authorizer.fields, "IdentitySource");
  return { type: "function", authorizer: { functionId: called.id, identitySource } };
}

function selectionOf(fields: Fields): { templateSelectionExpression?: string } {
  const expression = textOf(fields, "TemplateSelectionExpression");
  return expression === undefined ? {} : { templateSelectionExpression: expression };
}
