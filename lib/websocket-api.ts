import { Stack } from "aws-cdk-lib";
import type { CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import {
  CfnAuthorizer,
  CfnIntegration,
  CfnIntegrationResponse,
  CfnRoute,
  CfnRouteResponse,
  WebSocketApi,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { ACTIONS, PING } from "../lambdas/protocol/routes.ts";
import { makeAccountLogRole, webSocketAccessLog } from "./access-log.ts";
import { makeOneAfterAnother } from "./one-after-another.ts";
import { throttleRoutes } from "./route-throttles.ts";
import type { Settings } from "./settings.ts";

/** Routes whose return value is the answer to the frame. */
const TWO_WAY_ROUTES = [...ACTIONS, "$default"];

/**
 * The WebSocket API without its routes: the functions need its id and stage in their environment and
 * roles, the routes need the functions.
 */
export class WebSocketChatApi extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly #settings: Settings;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.#settings = settings;
    this.api = new WebSocketApi(this, "Api", {
      apiName: `parley-${settings.stage}-websocket`,
      routeSelectionExpression: "$request.body.action",
    });
    const accessLog = webSocketAccessLog(this, settings);
    this.stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.api,
      stageName: settings.stage,
      autoDeploy: true,
      throttle: { rateLimit: settings.throttle.rate, burstLimit: settings.throttle.burst },
      ...(accessLog === undefined ? {} : { accessLogSettings: accessLog }),
    });
    const cfnStage = this.stage.node.defaultChild as CfnStage;
    // Data trace would log whole frames, and so the contents of messages.
    cfnStage.addPropertyOverride("DefaultRouteSettings.DataTraceEnabled", false);
    if (settings.accessLogs === "with-account-role") this.stage.node.addDependency(makeAccountLogRole(this));
  }

  /** Routes everything to one function; `$connect` only past the authorizer. */
  addRoutes(handler: IFunction, authorizer: IFunction): void {
    const target = this.#integrate("Integration", {
      integrationType: "AWS_PROXY",
      integrationUri: invocationUri(handler),
    });
    this.#letCall("Permission", handler, `*/*`);
    this.#route("$connect", target, {
      authorizationType: "CUSTOM",
      authorizerId: this.#authorizer(authorizer).ref,
    });
    this.#route("$disconnect", target);
    for (const key of TWO_WAY_ROUTES) this.#route(key, target, { answers: true });
    this.#route(PING, this.#pong(), { answers: true });
    makeOneAfterAnother(this);
    throttleRoutes(this, this.stage, this.#settings);
  }

  /**
   * No identity source: with one, the gateway refuses a connection that lacks it before the authorizer
   * runs, and a browser can send no Authorization header.
   */
  #authorizer(handler: IFunction): CfnAuthorizer {
    const authorizer = new CfnAuthorizer(this, "Authorizer", {
      apiId: this.api.apiId,
      name: "token",
      authorizerType: "REQUEST",
      authorizerUri: invocationUri(handler),
    });
    this.#letCall("AuthorizerPermission", handler, `authorizers/${authorizer.ref}`);
    return authorizer;
  }

  /** Answered by the gateway itself. Without the integration response the client would get nothing. */
  #pong(): CfnIntegration {
    const mock = this.#integrate("PingIntegration", {
      integrationType: "MOCK",
      templateSelectionExpression: "200",
      requestTemplates: { "200": '{"statusCode":200}' },
    });
    new CfnIntegrationResponse(this, "PingIntegrationResponse", {
      apiId: this.api.apiId,
      integrationId: mock.ref,
      integrationResponseKey: "$default",
      templateSelectionExpression: "200",
      responseTemplates: { "200": '{"type":"pong"}' },
    });
    return mock;
  }

  #integrate(
    id: string,
    props: Omit<ConstructorParameters<typeof CfnIntegration>[2], "apiId">,
  ): CfnIntegration {
    return new CfnIntegration(this, id, { apiId: this.api.apiId, ...props });
  }

  #route(
    key: string,
    target: CfnIntegration,
    options: { answers?: boolean; authorizationType?: string; authorizerId?: string } = {},
  ): void {
    const { answers = false, ...authorization } = options;
    const name = key.replace("$", "");
    const route = new CfnRoute(this, `Route-${name}`, {
      apiId: this.api.apiId,
      routeKey: key,
      authorizationType: "NONE",
      ...authorization,
      target: `integrations/${target.ref}`,
      ...(answers ? { routeResponseSelectionExpression: "$default" } : {}),
    });
    if (!answers) return;
    new CfnRouteResponse(this, `RouteResponse-${name}`, {
      apiId: this.api.apiId,
      routeId: route.ref,
      routeResponseKey: "$default",
    });
  }

  #letCall(id: string, handler: IFunction, path: string): void {
    handler.addPermission(id, {
      scope: this,
      principal: new ServicePrincipal("apigateway.amazonaws.com"),
      sourceArn: Stack.of(this).formatArn({
        service: "execute-api",
        resource: this.api.apiId,
        resourceName: path,
      }),
    });
  }
}

function invocationUri(handler: IFunction): string {
  return Stack.of(handler).formatArn({
    service: "apigateway",
    account: "lambda",
    resource: "path/2015-03-31/functions",
    resourceName: `${handler.functionArn}/invocations`,
  });
}
