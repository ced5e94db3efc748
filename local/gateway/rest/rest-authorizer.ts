import type { RestAuthorizerModel } from "../../assembly/rest-model.ts";
import { verifyToken } from "../../identity/verify-token.ts";
import { claimsAsText } from "../http/jwt-authorizer.ts";
import { readAuthorizerResult } from "../websocket/policy.ts";
import type { FailureName } from "./gateway-response.ts";
import type { RestApiParts } from "./rest-parts.ts";
import { requestContext, requestFields, type RestRequest } from "./rest-event.ts";

export type RestDecision =
  | { readonly type: "allowed"; readonly authorizer: Readonly<Record<string, unknown>> }
  | { readonly type: "refused"; readonly failure: FailureName };

/** Asks the authorizers of one API, and remembers what functions said for as long as they may be remembered. */
export type RestAuthorizers = (model: RestAuthorizerModel, request: RestRequest) => Promise<RestDecision>;

type FunctionModel = Exclude<RestAuthorizerModel, { type: "cognito" }>;

export function createRestAuthorizers(parts: RestApiParts): RestAuthorizers {
  const remembered = new Map<string, { readonly result: unknown; readonly until: number }>();

  const ask = async (model: FunctionModel, request: RestRequest): Promise<RestDecision> => {
    const identity = identityOf(model, request);
    if (identity === null) return refused("unauthorized");
    const key = JSON.stringify([model.functionId, identity]);
    const methodArn = arnOf(request, parts.region);
    const known = remembered.get(key);
    // What is remembered is the policy: one that names a single method refuses the next (docs: caching).
    if (known !== undefined && known.until > request.now)
      return decide(known.result, methodArn, model, parts);

    const event =
      model.type === "token"
        ? { type: "TOKEN", methodArn, authorizationToken: identity[0] }
        : { type: "REQUEST", methodArn, ...requestFields(request), requestContext: requestContext(request) };
    const cause = `${request.method.routeKey} authorizer`;
    const result = await parts.invoker.invoke(model.functionId, event, { cause });
    if (result.type === "timeout") return refused("authorizer");
    if (result.type === "error") {
      // The one message with a meaning: thrown as it is, it makes a 401 (docs: Lambda authorizers).
      return refused(result.errorMessage === "Unauthorized" ? "unauthorized" : "authorizer");
    }
    if (model.ttlSeconds > 0 && identity.length > 0) {
      remembered.set(key, { result: result.payload, until: request.now + model.ttlSeconds * 1000 });
    }
    return decide(result.payload, methodArn, model, parts);
  };

  return (model, request) =>
    model.type === "cognito" ? Promise.resolve(askPool(model, request, parts)) : ask(model, request);
}

function decide(
  result: unknown,
  methodArn: string,
  { functionId }: FunctionModel,
  { log }: RestApiParts,
): RestDecision {
  const verdict = readAuthorizerResult(result, methodArn);
  switch (verdict.type) {
    case "allowed":
      return { type: "allowed", authorizer: { principalId: verdict.principalId, ...verdict.context } };
    case "denied":
      return refused(JSON.stringify(result).includes('"Deny"') ? "deniedExplicitly" : "denied");
    case "malformed":
      log({ type: "warning", message: `The answer of ${functionId} ${verdict.problem}.` });
      return refused("authorizer");
  }
}

/** The values of the identity sources; null where one is missing, which is a 401 without a call. */
function identityOf(model: FunctionModel, request: RestRequest): readonly string[] | null {
  if (model.type === "token") {
    const token = headerOf(request, model.header);
    const fits = model.pattern === undefined || new RegExp(`^(?:${model.pattern})$`).test(token);
    return token === "" || !fits ? null : [token];
  }
  const query = new URLSearchParams(request.rawQuery);
  const values = model.identitySource.map((source) => {
    const [, kind, name = ""] =
      /^(method\.request\.header|method\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ??
      [];
    switch (kind) {
      case "method.request.header":
        return headerOf(request, name);
      case "method.request.querystring":
        return query.get(name) ?? "";
      case "stageVariables":
        return request.api.stageVariables[name] ?? "";
      case "context": {
        const value = requestContext(request)[name];
        return typeof value === "string" ? value : "";
      }
      default:
        return "";
    }
  });
  return values.includes("") ? null : values;
}

function askPool(
  model: Extract<RestAuthorizerModel, { type: "cognito" }>,
  request: RestRequest,
  { issuer: keys }: RestApiParts,
): RestDecision {
  const token = headerOf(request, model.header).replace(/^bearer +/i, "");
  if (token === "") return refused("unauthorized");
  for (const issuer of model.issuers) {
    const verdict = verifyToken(token, keys, { issuer, audiences: model.audiences, now: request.now });
    if (verdict.type === "invalid") {
      if (verdict.reason === "the token has expired") return refused("expired");
      continue;
    }
    const claims = claimsAsText(verdict.claims);
    const held = (claims["scope"] ?? "").split(" ");
    const fits = model.scopes.length === 0 || model.scopes.some((scope) => held.includes(scope));
    return fits ? { type: "allowed", authorizer: { claims } } : refused("unauthorized");
  }
  return refused("unauthorized");
}

function headerOf({ source }: RestRequest, name: string): string {
  const wanted = name.toLowerCase();
  return source.headers.find(([header]) => header.toLowerCase() === wanted)?.[1] ?? "";
}

/** Of the request as it came, not of the resource it met. */
const arnOf = ({ accountId, api, httpMethod, path }: RestRequest, region: string): string =>
  `arn:aws:execute-api:${region}:${accountId}:${api.apiId}/${api.stage}/${httpMethod}${path}`;

const refused = (failure: FailureName): RestDecision => ({ type: "refused", failure });
