import type { AppModel, HttpApiModel } from "../assembly/model.ts";
import { compileWebSocketApi, type CompiledWebSocketApi } from "./websocket/compiled-api.ts";

/** The model's APIs, ready to serve. */
export interface CompiledModel {
  readonly model: AppModel;
  /** The first HTTP API: the one at `/`. */
  readonly httpApi: HttpApiModel | undefined;
  /** By stage. */
  readonly webSocketApis: ReadonlyMap<string, CompiledWebSocketApi>;
}

export type CompileResult =
  | { readonly type: "ok"; readonly compiled: CompiledModel }
  /** One sentence on what is not served. */
  | { readonly type: "unsupported"; readonly message: string };

export function compileModel(model: AppModel): CompileResult {
  const [httpApi, ...otherHttpApis] = model.httpApis;
  const [other] = otherHttpApis;
  if (other !== undefined)
    return unsupported(`${other.id} is a second HTTP API, and one port serves only one.`);
  const unknown = findUnknownFunction(model);
  if (unknown !== null) return unsupported(unknown);
  const badRoute = httpApi?.routes.find((route) => !/^(\$default|[A-Z]+ \/.*)$/.test(route.routeKey));
  if (badRoute !== undefined) return unsupported(`The route key "${badRoute.routeKey}" cannot be read.`);
  for (const { routeKey, authorizer } of httpApi?.routes ?? []) {
    const source = authorizer?.identitySource.find((one) => !/^\$request\.(header|querystring)\../.test(one));
    if (source === undefined) continue;
    return unsupported(
      `The route ${routeKey} has an authorizer with the identity source "${source}", which the local gateway does not serve.`,
    );
  }
  const webSocketApis = new Map<string, CompiledWebSocketApi>();
  for (const api of model.webSocketApis) {
    if (webSocketApis.has(api.stage)) {
      return unsupported(
        `${api.id} has the stage "${api.stage}" like another WebSocket API on the same port.`,
      );
    }
    const result = compileWebSocketApi(api);
    if (result.type === "unsupported") return result;
    webSocketApis.set(api.stage, result.api);
  }
  return { type: "ok", compiled: { model, httpApi, webSocketApis } };
}

function findUnknownFunction(model: AppModel): string | null {
  const known = new Set(model.functions.map((one) => one.id));
  const calls = [
    ...model.httpApis.flatMap((api) =>
      api.routes.map(({ routeKey, functionId }) => ({ routeKey, functionId })),
    ),
    ...model.webSocketApis.flatMap((api) =>
      api.routes.flatMap(({ routeKey, integration, authorizer }) => [
        ...(integration.type === "function" ? [{ routeKey, functionId: integration.functionId }] : []),
        ...(authorizer === undefined ? [] : [{ routeKey, functionId: authorizer.functionId }]),
      ]),
    ),
  ];
  const missing = calls.find((call) => !known.has(call.functionId));
  return missing === undefined
    ? null
    : `The route ${missing.routeKey} calls ${missing.functionId}, which is no function of this app.`;
}

function unsupported(message: string): CompileResult {
  return { type: "unsupported", message };
}
