import { fieldsOf, flagOf, numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { CorsModel, FunctionModel, HttpApiModel, HttpRouteModel, JwtAuthorizerModel } from "./model.ts";
import { functionBehind } from "./read-functions.ts";
import { partsOfApi, type ApiParts } from "./read-apis.ts";
import type { Resources } from "./resources.ts";
import type { StandIns } from "./stand-ins.ts";

export function readHttpApis(
  resources: Resources,
  functions: readonly FunctionModel[],
  standIns: StandIns,
): HttpApiModel[] {
  const apis: HttpApiModel[] = [];
  for (const resource of resources.ofType("AWS::ApiGatewayV2::Api")) {
    const fields = resources.fieldsOf(resource);
    if (textOf(fields, "ProtocolType") !== "HTTP") continue;
    if (apis.length > 0) {
      resources.report(resource, "a second HTTP API is not served locally.");
      continue;
    }
    const parts = partsOfApi(resources, resource);
    if (parts.stage !== undefined && parts.stage !== "$default") {
      resources.report(resource, `its stage ${parts.stage} is not served locally, only $default is.`);
    }
    const cors = fieldsOf(fields, "CorsConfiguration");
    apis.push({
      id: resource.key,
      apiId: resources.nameOf(resource),
      stage: parts.stage ?? "$default",
      routes: parts.routes.map((route) => routeOf(resources, route, parts, functions, standIns)),
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
  standIns: StandIns,
): HttpRouteModel {
  const routeKey = textOf(fields, "RouteKey") ?? "";
  const failing = (sentence: string): HttpRouteModel => ({
    routeKey,
    functionId: standIns.instead(resource, sentence).id,
    scopes: [],
  });
  const integration = parts.integrationOf(fields);
  const integrationType = integration && textOf(integration.fields, "IntegrationType");
  const called = integration && functionBehind(textOf(integration.fields, "IntegrationUri"), functions);
  if (integration === undefined || integrationType !== "AWS_PROXY" || called === undefined) {
    return failing("its integration is not a function of this assembly.");
  }
  if (textOf(integration.fields, "PayloadFormatVersion") !== "2.0") {
    resources.report(integration.resource, "only payload format 2.0 is served locally.");
  }
  if (numberOf(integration.fields, "TimeoutInMillis") !== undefined) {
    resources.report(integration.resource, "an integration timeout of an HTTP API is not served locally.");
  }
  const type = textOf(fields, "AuthorizationType") ?? "NONE";
  const authorizer = type === "JWT" ? jwtAuthorizerOf(fields, parts) : undefined;
  if (type !== "NONE" && authorizer === undefined) {
    return failing(`the authorization ${type} is not served locally on an HTTP API, only JWT is.`);
  }
  return {
    routeKey,
    functionId: called.id,
    scopes: textsOf(fields, "AuthorizationScopes"),
    ...(authorizer === undefined ? {} : { authorizer }),
  };
}

function jwtAuthorizerOf(route: Fields, parts: ApiParts): JwtAuthorizerModel | undefined {
  const authorizer = parts.authorizerOf(route);
  const jwt = authorizer && fieldsOf(authorizer.fields, "JwtConfiguration");
  if (authorizer === undefined || jwt === undefined) return undefined;
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
