import type { WebSocketApiModel, WebSocketRouteModel } from "../../assembly/model.ts";
import { compileMock, type MockAnswer } from "./mock-integration.ts";
import { compileRequestModel, type CompiledRequestModel } from "./request-model.ts";
import type { TemplateInput } from "./mapping-template.ts";
import { compileSelection, type Selection } from "./selection-expression.ts";

export type CompiledIntegration =
  | { readonly type: "function"; readonly functionId: string; readonly timeoutMs: number }
  | { readonly type: "mock"; readonly run: (input: TemplateInput) => MockAnswer };

export interface CompiledRoute {
  readonly model: WebSocketRouteModel;
  readonly integration: CompiledIntegration;
  /** False for a frame that fails the route's model. */
  readonly accepts: (frame: string) => boolean;
}

/** A WebSocket API ready to serve; the routes are looked up by what clients send, hence Maps. */
export interface CompiledWebSocketApi {
  readonly model: WebSocketApiModel;
  readonly connect: CompiledRoute | undefined;
  readonly disconnect: CompiledRoute | undefined;
  /** The route a frame goes to; null where the service answers Forbidden. */
  routeFor(frame: string): CompiledRoute | null;
}

export type CompiledWebSocketApiResult =
  | { readonly type: "ok"; readonly api: CompiledWebSocketApi }
  | { readonly type: "unsupported"; readonly message: string };

/** Not for clients to select by the frame's content. */
const LIFECYCLE_ROUTES: ReadonlySet<string> = new Set(["$connect", "$disconnect"]);

export function compileWebSocketApi(model: WebSocketApiModel): CompiledWebSocketApiResult {
  const select = compileSelection(model.routeSelectionExpression);
  if (select === null) {
    const expression = model.routeSelectionExpression;
    return unsupported(`${model.id} has the route selection expression "${expression}"`);
  }
  const routes = new Map<string, CompiledRoute>();
  for (const route of model.routes) {
    const where = `The route ${route.routeKey} of ${model.id}`;
    const source = route.authorizer?.identitySource.find((one) => parseIdentitySource(one) === null);
    if (source !== undefined)
      return unsupported(`${where} has an authorizer with the identity source "${source}"`);
    const request = acceptance(route);
    if (request.type === "unsupported") return unsupported(`${where} ${request.problem}`);
    const { accepts } = request;
    if (route.integration.type === "function") {
      routes.set(route.routeKey, { model: route, integration: route.integration, accepts });
      continue;
    }
    const mock = compileMock(route.integration);
    if (mock.type === "unsupported") return unsupported(`${where} ${mock.problem}`);
    routes.set(route.routeKey, { model: route, integration: { type: "mock", run: mock.run }, accepts });
  }
  return {
    type: "ok",
    api: {
      model,
      connect: routes.get("$connect"),
      disconnect: routes.get("$disconnect"),
      routeFor: (frame) => findRoute(routes, select, frame),
    },
  };
}

function acceptance({ requestModel }: WebSocketRouteModel): CompiledRequestModel {
  return requestModel === undefined ? { type: "ok", accepts: () => true } : compileRequestModel(requestModel);
}

/** `route.request.header.X` or `route.request.querystring.X`; null for any other form. */
export function parseIdentitySource(source: string): { kind: "header" | "query"; name: string } | null {
  const [, kind, name] = /^route\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (name === undefined) return null;
  return { kind: kind === "header" ? "header" : "query", name };
}

function findRoute(
  routes: ReadonlyMap<string, CompiledRoute>,
  select: Selection,
  frame: string,
): CompiledRoute | null {
  const key = select(frame);
  const exact = key === null || LIFECYCLE_ROUTES.has(key) ? undefined : routes.get(key);
  return exact ?? routes.get("$default") ?? null;
}

function unsupported(fact: string): CompiledWebSocketApiResult {
  return { type: "unsupported", message: `${fact}, which the local gateway does not serve.` };
}
