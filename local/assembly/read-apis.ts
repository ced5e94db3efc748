import { textOf, type Fields } from "./fields.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

export interface ApiPart {
  readonly resource: Resource;
  readonly fields: Fields;
}

/** The routes, integrations and authorizers that name one API as theirs. */
export interface ApiParts {
  readonly stage: string | undefined;
  readonly routes: readonly ApiPart[];
  readonly routeResponses: readonly ApiPart[];
  readonly integrationResponses: readonly ApiPart[];
  readonly models: readonly ApiPart[];
  integrationOf(route: Fields): ApiPart | undefined;
  authorizerOf(route: Fields): ApiPart | undefined;
}

export function partsOfApi(resources: Resources, api: Resource): ApiParts {
  const apiId = resources.nameOf(api);
  const partsOf = (kind: string): ApiPart[] =>
    resources
      .ofType(`AWS::ApiGatewayV2::${kind}`)
      .map((resource) => ({ resource, fields: resources.fieldsOf(resource) }))
      .filter(({ fields }) => textOf(fields, "ApiId") === apiId);
  const named = (parts: readonly ApiPart[], id: string | undefined): ApiPart | undefined =>
    parts.find(({ resource }) => resources.nameOf(resource) === id);

  const stages = partsOf("Stage");
  if (stages.length !== 1) {
    resources.report(api, `it has ${stages.length} stages; one is served locally.`);
  }
  const integrations = partsOf("Integration");
  const authorizers = partsOf("Authorizer");
  return {
    stage: stages[0] && textOf(stages[0].fields, "StageName"),
    routes: partsOf("Route"),
    routeResponses: partsOf("RouteResponse"),
    integrationResponses: partsOf("IntegrationResponse"),
    models: partsOf("Model"),
    integrationOf: (route) => named(integrations, textOf(route, "Target")?.replace(/^integrations\//, "")),
    authorizerOf: (route) => named(authorizers, textOf(route, "AuthorizerId")),
  };
}
