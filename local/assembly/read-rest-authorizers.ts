import { numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { FunctionModel } from "./model.ts";
import { functionBehind } from "./read-functions.ts";
import type { ApiPart } from "./read-apis.ts";
import type { Resources } from "./resources.ts";
import type { RestAuthorizerModel } from "./rest-model.ts";

export type RestAuthorization =
  | { readonly type: "none" }
  | { readonly type: "authorizer"; readonly authorizer: RestAuthorizerModel }
  | { readonly type: "refused"; readonly sentence: string };

/** The service's default; 0 asks the function each time. */
const TTL_SECONDS = 300;

export function restAuthorizerOf(
  resources: Resources,
  method: Fields,
  authorizers: readonly ApiPart[],
  functions: readonly FunctionModel[],
): RestAuthorization {
  const type = textOf(method, "AuthorizationType") ?? "NONE";
  if (type === "NONE") return { type: "none" };
  const id = textOf(method, "AuthorizerId");
  const fields = authorizers.find(({ resource }) => resources.nameOf(resource) === id)?.fields;
  const found = fields && authorizerOf(resources, method, fields, functions);
  if (found !== undefined) return { type: "authorizer", authorizer: found };
  return {
    type: "refused",
    sentence: `the authorization ${type} is not served locally on a REST API, only functions and user pools of this assembly are.`,
  };
}

function authorizerOf(
  resources: Resources,
  method: Fields,
  fields: Fields,
  functions: readonly FunctionModel[],
): RestAuthorizerModel | undefined {
  const source = textOf(fields, "IdentitySource") ?? "";
  const header = /^method\.request\.header\.(.+)$/.exec(source)?.[1] ?? "Authorization";
  const ttlSeconds = numberOf(fields, "AuthorizerResultTtlInSeconds") ?? TTL_SECONDS;
  const functionId = functionBehind(textOf(fields, "AuthorizerUri"), functions)?.id;
  const pattern = textOf(fields, "IdentityValidationExpression");
  switch (textOf(fields, "Type")) {
    case "TOKEN": {
      const more = pattern === undefined ? {} : { pattern };
      return functionId === undefined
        ? undefined
        : { type: "token", functionId, header, ttlSeconds, ...more };
    }
    case "REQUEST": {
      const identitySource = source.split(",").filter((one) => one !== "");
      return functionId === undefined
        ? undefined
        : { type: "request", functionId, identitySource, ttlSeconds };
    }
    case "COGNITO_USER_POOLS": {
      const scopes = textsOf(method, "AuthorizationScopes");
      const parties = poolsOf(resources, textsOf(fields, "ProviderARNs"));
      return parties.issuers.length === 0 ? undefined : { type: "cognito", header, scopes, ...parties };
    }
    default:
      return undefined;
  }
}

/** The issuers that the app's pools are, and their clients. */
function poolsOf(
  resources: Resources,
  arns: readonly string[],
): { readonly issuers: readonly string[]; readonly audiences: readonly string[] } {
  const pools = resources
    .ofType("AWS::Cognito::UserPool")
    .filter((pool) => arns.includes(resources.arnOf(pool)))
    .map((pool) => resources.nameOf(pool));
  return {
    issuers: pools.map((pool) => `https://cognito-idp.${resources.region}.amazonaws.com/${pool}`),
    audiences: resources
      .ofType("AWS::Cognito::UserPoolClient")
      .filter((client) => pools.includes(textOf(resources.valuesOf(client), "UserPoolId") ?? ""))
      .map((client) => resources.nameOf(client)),
  };
}
