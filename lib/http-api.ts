import { Duration } from "aws-cdk-lib";
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { httpAccessLog } from "./access-log.ts";
import type { Issuer } from "./identity-stack.ts";
import type { Settings } from "./settings.ts";

const ROUTES = [
  [HttpMethod.GET, "/api/conversations"],
  [HttpMethod.GET, "/api/conversations/{conversationId}/messages"],
  [HttpMethod.POST, "/api/conversations/{conversationId}/messages"],
  [HttpMethod.POST, "/api/conversations/{conversationId}/read"],
  [HttpMethod.POST, "/api/conversations/find-or-create"],
  [HttpMethod.GET, "/api/users"],
  [HttpMethod.GET, "/api/presence"],
] as const;

export interface HttpChatApiProps {
  readonly settings: Settings;
  readonly issuer: Issuer;
  readonly handler: IFunction;
}

/** The HTTP API: every route behind the JWT authorizer and served by one function. */
export class HttpChatApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: HttpChatApiProps) {
    super(scope, id);
    const { settings, issuer } = props;
    const origins = settings.allowedOrigins;
    this.api = new HttpApi(this, "Api", {
      apiName: `parley-${settings.stage}-http`,
      createDefaultStage: false,
      ...(origins.length === 0
        ? {}
        : {
            corsPreflight: {
              allowOrigins: [...origins],
              allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
              allowHeaders: ["authorization", "content-type"],
              exposeHeaders: ["retry-after"],
              maxAge: Duration.hours(1),
            },
          }),
    });
    const authorizer = new HttpJwtAuthorizer("JwtAuthorizer", issuer.issuer, {
      jwtAudience: [...issuer.audiences],
    });
    const integration = new HttpLambdaIntegration("HttpIntegration", props.handler, {
      scopePermissionToRoute: false,
    });
    for (const [method, path] of ROUTES) {
      this.api.addRoutes({ path, methods: [method], integration, authorizer });
    }
    const accessLog = httpAccessLog(this, settings);
    new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: settings.throttle.rate, burstLimit: settings.throttle.burst },
      ...(accessLog === undefined ? {} : { accessLogSettings: accessLog }),
    });
  }
}
