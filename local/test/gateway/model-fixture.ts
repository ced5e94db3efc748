import type {
  AppModel,
  FunctionModel,
  HttpApiModel,
  HttpRouteModel,
  LambdaAuthorizerModel,
  WebSocketIntegrationModel,
  WebSocketRouteModel,
} from "../../assembly/model.ts";

export const ISSUER = "https://issuer.example.com/pool";
export const AUDIENCE = "client-1";

function makeFunction(id: string): FunctionModel {
  return {
    id,
    name: id,
    arn: `arn:aws:lambda:eu-west-1:111122223333:function:${id}`,
    codePath: "/nowhere",
    handler: "index.handler",
    environment: {},
    timeoutMs: 3000,
    runtime: "nodejs24.x",
    memoryMb: 128,
  };
}

export function makeHttpRoute(routeKey: string, extra: Partial<HttpRouteModel> = {}): HttpRouteModel {
  return { routeKey, functionId: "Http", scopes: [], ...extra };
}

export const JWT_AUTHORIZER = {
  issuer: ISSUER,
  audiences: [AUDIENCE, "client-2"],
  identitySource: ["$request.header.Authorization"],
};

export function makeHttpApi(
  routes: readonly HttpRouteModel[],
  extra: Partial<HttpApiModel> = {},
): HttpApiModel {
  return { id: "HttpApi", apiId: "httpapi1", stage: "$default", routes, ...extra };
}

const FUNCTION: WebSocketIntegrationModel = { type: "function", functionId: "Ws", timeoutMs: 29_000 };

export const PONG: WebSocketIntegrationModel = {
  type: "mock",
  templateSelectionExpression: "200",
  requestTemplates: { "200": '{"statusCode":200}' },
  responses: [
    { responseKey: "$default", templateSelectionExpression: "200", templates: { "200": '{"type":"pong"}' } },
  ],
};

export function makeWebSocketRoute(
  routeKey: string,
  extra: Partial<WebSocketRouteModel> = {},
): WebSocketRouteModel {
  return { routeKey, integration: FUNCTION, hasRouteResponse: false, ...extra };
}

/** `$connect`, `$disconnect`, a two-way and a one-way route, and a mock; no `$default` unless asked for. */
export function makeWebSocketRoutes(
  options: { readonly authorizer?: LambdaAuthorizerModel; readonly withDefault?: boolean } = {},
): WebSocketRouteModel[] {
  const { authorizer, withDefault = false } = options;
  return [
    makeWebSocketRoute("$connect", authorizer === undefined ? {} : { authorizer }),
    makeWebSocketRoute("$disconnect"),
    makeWebSocketRoute("two_way", { hasRouteResponse: true }),
    makeWebSocketRoute("one_way"),
    makeWebSocketRoute("ping", { integration: PONG, hasRouteResponse: true }),
    ...(withDefault ? [makeWebSocketRoute("$default", { hasRouteResponse: true })] : []),
  ];
}

export function makeModel(parts: {
  readonly http?: HttpApiModel;
  readonly webSocketRoutes?: readonly WebSocketRouteModel[];
  readonly apiId?: string;
}): AppModel {
  return {
    region: "eu-west-1",
    accountId: "111122223333",
    functions: [makeFunction("Http"), makeFunction("Ws"), makeFunction("Auth")],
    httpApis: parts.http === undefined ? [] : [parts.http],
    restApis: [],
    webSocketApis: [
      {
        id: "ChatApi",
        apiId: parts.apiId ?? "wsapi1",
        stage: "local",
        routeSelectionExpression: "$request.body.action",
        routes: parts.webSocketRoutes ?? makeWebSocketRoutes(),
      },
    ],
    tables: [],
    queues: [],
    eventSources: [],
    schedules: [],
    topics: [],
    eventBuses: [],
    eventRules: [],
    parameters: [],
  };
}
