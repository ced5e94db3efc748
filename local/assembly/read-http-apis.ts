import { fieldsOf, flagOf, numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { CorsModel, FunctionModel, HttpApiModel, HttpRouteModel, JwtAuthorizerModel } from "./model.ts";
import { functionBehind } from "./read-functions.ts";
import { partsOfApi, type ApiParts } from "./read-apis.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

export function readHttpApis(resources: Resources, functions: readonly FunctionModel[]): HttpApiModel[] {
  const apis: HttpApiModel[] = [];
  for (const resource of resources.ofType("AWS::ApiGatewayV2::Api")) {
    const fields = resources.fieldsOf(resource);
    if (textOf(fields, "ProtocolType") !== "HTTP") continue;
    if (apis.length > 0) resources.report(resource, "a second HTTP API is not served locally.");
    const parts = partsOfApi(resources, resource);
    if (parts.stage !== undefined && parts.stage !== "$default") {
      resources.report(resource, `its stage ${parts.stage} is not served locally, only $default is.`);
    }
    const routes: HttpRouteModel[] = [];
    for (const route of parts.routes) {
      const model = routeOf(resources, route, parts, functions);
      if (model !== undefined) routes.push(model);
    }
    const cors = fieldsOf(fields, "CorsConfiguration");
    apis.push({
      id: resource.key,
      apiId: resources.nameOf(resource),
      stage: parts.stage ?? "$default",
      routes,
      ...(cors === undefined ? {} : { cors: corsOf(cors) }),
    });
  }
  return apis;
}

function routeOf(
  resources: Resources,
  { resource, fields }: ApiParts["routes"][number],
  parts: ApiParts,
  functions: readonly FunctionModel[],
): HttpRouteModel | undefined {
  const integration = parts.integrationOf(fields);
  const type = integration && textOf(integration.fields, "IntegrationType");
  const called = integration && functionBehind(textOf(integration.fields, "IntegrationUri"), functions);
  if (integration === undefined || type !== "AWS_PROXY" || called === undefined) {
    resources.report(resource, "its integration is not a function of this assembly.");
    return undefined;
  }
  if (textOf(integration.fields, "PayloadFormatVersion") !== "2.0") {
    resources.report(integration.resource, "only payload format 2.0 is served locally.");
  }
  if (numberOf(integration.fields, "TimeoutInMillis") !== undefined) {
    resources.report(integration.resource, "an integration timeout of an HTTP API is not served locally.");
  }
  const authorizer = jwtAuthorizerOf(resources, resource, fields, parts);
  return {
    routeKey: textOf(fields, "RouteKey") ?? "",
    functionId: called.id,
    scopes: textsOf(fields, "AuthorizationScopes"),
    ...(authorizer === undefined ? {} : { authorizer }),
  };
}

function jwtAuthorizerOf(
  resources: Resources,
  resource: Resource,
  route: Fields,
  parts: ApiParts,
): JwtAuthorizerModel | undefined {
  const type = textOf(route, "AuthorizationType") ?? "NONE";
  if (type === "NONE") return undefined;
  const authorizer = parts.authorizerOf(route);
  const jwt = authorizer && fieldsOf(authorizer.fields, "JwtConfiguration");
  if (type !== "JWT" || authorizer === undefined || jwt === undefined) {
    resources.report(
      resource,
      `the authorization ${type} is not served locally on an HTTP API, only JWT is.`,
    );
    return undefined;
  }
  return {
    issuer: textOf(jwt, "Issuer") ?? "",
    audiences: textsOf(jwt, "Audience"),
    identitySource: textsOf(authorizer.fields, "IdentitySource"),
  };
}

function corsOf(fields: Fields): CorsModel {
  const maxAge = numberOf(fields, "MaxAge");
  return {
    allowOrigins: textsOf(fields, "AllowOrigins"),
    allowMethods: textsOf(fields, "AllowMethods"),
    allowHeaders: textsOf(fields, "AllowHeaders"),
    exposeHeaders: textsOf(fields, "ExposeHeaders"),
    allowCredentials: flagOf(fields, "AllowCredentials") ?? false,
    ...(maxAge === undefined ? {} : { maxAge }),
  };
}
