import { isFields } from "./fields.ts";
import { executeApiHost, type Environment } from "./identities.ts";
import type { Resource } from "./resource.ts";

/**
 * `https://` and `wss://` addresses of the app's APIs become those of this machine, wherever they stand.
 *
 * @param prefixOf what stands before the stage in a REST API's path here
 */
export function localizer(
  all: readonly Resource[],
  nameOf: (resource: Resource) => string,
  at: Environment,
  httpUrl: string,
  prefixOf: (apiId: string) => string,
): (value: unknown) => unknown {
  const replacements: [string, string][] = [];
  for (const api of all) {
    const host = executeApiHost(nameOf(api), at);
    if (api.type === "AWS::ApiGateway::RestApi") {
      replacements.push([`https://${host}`, httpUrl + prefixOf(nameOf(api))]);
    }
    if (api.type !== "AWS::ApiGatewayV2::Api") continue;
    if (api.properties["ProtocolType"] === "WEBSOCKET") {
      replacements.push([`wss://${host}`, httpUrl.replace(/^http/, "ws")]);
    }
    replacements.push([`https://${host}`, httpUrl]);
  }
  const localize = (value: unknown): unknown => {
    if (typeof value === "string") {
      return replacements.reduce((text, [deployed, local]) => text.replaceAll(deployed, local), value);
    }
    if (Array.isArray(value)) return value.map(localize);
    if (!isFields(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, localize(item)]));
  };
  return localize;
}

/**
 * All APIs share one host here, so a REST API is told apart by its stage; where two have the same, as with the
 * CDK's `prod`, the later one has its id before it.
 */
export function restPrefixes(
  all: readonly Resource[],
  nameOf: (resource: Resource) => string,
  apiIdOf: (stage: Resource) => unknown,
): (apiId: string) => string {
  const owners = new Map<string, unknown>();
  const prefixes = new Map<unknown, string>();
  for (const stage of all.filter(({ type }) => type === "AWS::ApiGateway::Stage")) {
    const [name, apiId] = [nameOf(stage), apiIdOf(stage)];
    if (owners.has(name)) prefixes.set(apiId, `/${String(apiId)}`);
    else owners.set(name, apiId);
  }
  return (apiId) => prefixes.get(apiId) ?? "";
}
